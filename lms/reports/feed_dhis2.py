"""The same figures as a DHIS2 data value set: numerators and denominators, never percentages.

DHIS2 adds a unit's values up to the unit above it. So either the commune's own numbers are sent, or
those of its units with the rest on the commune itself; both at once would count everybody twice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import _

Doc = dict[str, Any]
DEFAULT = "default"
"""The code of DHIS2's own category option combination."""
NUMERATOR, DENOMINATOR = "num", "den"
PARTS = (("numerator", NUMERATOR), ("denominator", DENOMINATOR))
SECTIONS = ("dataSet", "orgUnit", "dataElement", "categoryOptionCombo", "attributeOptionCombo")


# --- periods ------------------------------------------------------------------------------------


def period_of(starts: date, ends: date) -> str:
    """The DHIS2 name of a span: 2026, 2026S1, 2026Q4, 202612; of any other the day it ends, 20261209."""
    year, first = starts.year, starts.day == 1
    whole = first and (ends + timedelta(days=1)).day == 1 and ends.year == year
    months = ends.month - starts.month + 1
    if whole and months == 12:
        return f"{year}"
    if whole and months == 6 and starts.month in (1, 7):
        return f"{year}S{1 if starts.month == 1 else 2}"
    if whole and months == 3 and starts.month % 3 == 1:
        return f"{year}Q{starts.month // 3 + 1}"
    return f"{ends:%Y%m}" if whole and months == 1 else f"{ends:%Y%m%d}"


# --- codes --------------------------------------------------------------------------------------


def element(plan: str, indicator: str, part: str) -> str:
    """The code of a data element: 'thuan-an.1.num'."""
    return f"{plan}.{indicator}.{part}"


def unit_code(commune: str, unit: str) -> str:
    """The code of a unit below its commune: 'TBT.thon_dong'."""
    return f"{commune}.{unit}"


# --- values -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """One number of one organisation unit."""

    element: str
    unit: str
    number: int


def values(document: Doc, level: str) -> Iterator[Value]:
    """Every known number of a document, on the commune or on its units with the rest on the commune."""
    commune = document["commune"]
    for figure in document["figures"]:
        for name, part in PARTS:
            total = figure[name]
            if total is None:
                continue
            code = element(document["plan"], figure["indicator"], part)
            shares = _shares(figure, name, total, commune) if level == "unit" else {}
            yield from (Value(code, unit, number) for unit, number in shares.items())
            rest = total - sum(shares.values())
            if rest or not shares:
                yield Value(code, commune, rest)


def _shares(figure: Doc, name: str, total: int, commune: str) -> dict[str, int]:
    """The units' parts, when all are known and within the total; else the commune alone is told."""
    rows = [row for row in figure["units"] if row["code"]]
    if any(row[name] is None for row in rows) or sum(row[name] for row in rows) > total:
        return {}
    return {unit_code(commune, row["code"]): row[name] for row in rows}


# --- mapping ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IdMap:
    """Our codes → the ids of one DHIS2 (UIDs), by kind. An empty one leaves the codes as they are."""

    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, kind: str, code: str, missing: set[str]) -> str:
        """The id for a code; one without an id is added to `missing`."""
        if not self.ids:
            return code
        found = self.ids.get(kind, {}).get(code)
        if found is None:
            missing.add(f"{kind}: {code}")
        return found or code


def mapping_of(data: Any) -> IdMap:
    """The mapping of a file's content; Invalid names the section and line that is wrong."""
    problems: dict[str, list[str]] = {}
    given = data if isinstance(data, dict) else {}
    if not given:
        problems["tệp"] = [_("Hãy ghi các mục %(names)s.", names=", ".join(SECTIONS))]
    for kind, pairs in given.items():
        if kind not in SECTIONS or not isinstance(pairs, dict):
            problems[str(kind)] = [_("Mục này không có, hoặc không phải các dòng “mã: id”.")]
            continue
        wrong = [
            str(key) for key, value in pairs.items() if not isinstance(value, str) or not value
        ]
        if wrong:
            problems[kind] = [_("Thiếu id ở: %(codes)s", codes=", ".join(wrong[:10]))]
    if problems:
        raise Invalid(_("Tệp ánh xạ chưa dùng được."), fields=problems)
    return IdMap({k: {str(a): b for a, b in pairs.items()} for k, pairs in given.items()})


# --- the set ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ValueSet:
    """A data value set, and the codes for which the mapping has no id."""

    document: Doc
    missing: tuple[str, ...]


def value_set(document: Doc, level: str = "commune", mapping: IdMap | None = None) -> ValueSet:
    """The data value set of a plan's document (lms.reports.feed_counts)."""
    known, missing = mapping or IdMap(), set[str]()
    name: Callable[[str, str], str] = lambda kind, code: known.of(kind, code, missing)  # noqa: E731
    period = period_of(document["period"]["starts"], document["period"]["ends"])
    if document["period"]["report"] == "ngay":
        period = f"{document['period']['ends']:%Y%m%d}"
    combos = {
        "categoryOptionCombo": name("categoryOptionCombo", DEFAULT),
        "attributeOptionCombo": name("attributeOptionCombo", DEFAULT),
    }
    told = [
        {
            "dataElement": name("dataElement", one.element), "period": period,
            "orgUnit": name("orgUnit", one.unit), **combos, "value": str(one.number),
        }
        for one in values(document, level)
    ]  # fmt: skip
    made = {
        "dataSet": name("dataSet", document["plan"]), "period": period,
        "orgUnit": name("orgUnit", document["commune"]),
        "attributeOptionCombo": combos["attributeOptionCombo"], "dataValues": told,
    }  # fmt: skip
    return ValueSet(made, tuple(sorted(missing)))
