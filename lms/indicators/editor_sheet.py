"""One page of the editor: its boxes, what is wrong in which, and how a draft stands as a whole."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from lms.core.i18n import _
from lms.indicators import plan_diff_words as words
from lms.indicators.editor_deeds import PARTS, section, years_of
from lms.indicators.editor_fields import Boxes
from lms.indicators.editor_nodes import Node, boxes_of, names_of, row_count, years_in
from lms.indicators.plan_build import indicator_of
from lms.indicators.plan_file import checked
from lms.indicators.plan_text import Path
from lms.indicators.rules.plan import Indicator, Plan
from lms.indicators.schemas import IndicatorSchema

Data = dict[str, Any]
Faults = Sequence[tuple[Path, str]]
LISTS = {part.field: name for name, part in PARTS.items() if part.field}


@dataclass(frozen=True)
class Sheet:
    """A form with what stands in it; `errors` are by the name of the box they belong to."""

    nodes: Sequence[Node]
    boxes: Boxes
    years: Sequence[int]
    labels: Mapping[str, str]
    errors: Mapping[str, list[str]]

    def one(self, name: str) -> str:
        """What stands in a box of one line."""
        return " ".join(self.boxes.get(name, ()))

    def many(self, name: str) -> tuple[str, ...]:
        """Everything that stands in a box or is ticked under one name."""
        return tuple(self.boxes.get(name, ()))

    def text(self, name: str) -> str:
        """What stands in a box of several lines."""
        return "\n".join(self.boxes.get(name, ()))

    def wrong(self, *names: str) -> str:
        """What is wrong in these boxes."""
        return " ".join(said for name in names for said in self.errors.get(name, ()))

    def filled(self, name: str) -> bool:
        """Whether anything under this name is filled in or wrong."""
        own = (
            n for n, texts in self.boxes.items() if texts and not n.endswith((".rows", ".years"))
        )
        return any(n == name or n.startswith(f"{name}.") for n in (*own, *self.errors))

    def rows(self, name: str) -> range:
        """The rows of a list."""
        return range(row_count(self.boxes, name))

    def years_in(self, name: str) -> list[int]:
        """The years that have a block here."""
        return years_in(self.boxes, name)

    @property
    def year_options(self) -> list[tuple[str, str]]:
        """The years of the plan, to be ticked."""
        return [(str(year), str(year)) for year in self.years]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every mistake with the box it leads to."""
        return [
            (name, f"{self.labels[name]}: {said}" if self.labels.get(name) else said)
            for name, found in self.errors.items()
            for said in found
        ]


def sheet(nodes: Sequence[Node], boxes: Boxes, faults: Faults, years: Sequence[int]) -> Sheet:
    """The form with each fault at its box, or at the nearest thing around it."""
    labels = dict(names_of(nodes, boxes))
    errors: dict[str, list[str]] = {}
    for path, said in faults:
        found = errors.setdefault(_nearest(path, labels), [])
        if said not in found:
            found.append(said)
    return Sheet(nodes, boxes, years, labels, errors)


def _nearest(path: Path, labels: Mapping[str, str]) -> str:
    while path and ".".join(map(str, path)) not in labels:
        path = path[:-1]
    return ".".join(map(str, path))


def part_sheet(data: Data, part: str, place: int, boxes: Boxes | None = None) -> Sheet:
    """The page of one part: as the draft has it with its faults, or as somebody typed it."""
    years, one = years_of(data), section(data, part, place) or {}
    if boxes is not None:
        return sheet(PARTS[part].nodes, boxes, (), years)
    own = boxes_of(PARTS[part].nodes, one, years=years)
    return sheet(PARTS[part].nodes, own, faults_of(checked(data)[1], part, place), years)


def faults_of(faults: Faults, part: str, place: int) -> list[tuple[Path, str]]:
    """The faults of one page, their paths seen from it."""
    field = PARTS[part].field
    if not field:
        return [(path, said) for path, said in faults if not path or path[0] not in LISTS]
    return [(path[2:], said) for path, said in faults if path[:2] == (field, place)]


# --- the draft as a whole -----------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A part in the list: its place, number and title, one line about it, what is wrong."""

    place: int
    no: str
    title: str
    gist: str
    errors: tuple[str, ...]


@dataclass(frozen=True)
class Outline:
    """A draft with everything its page shows; `plan` is None while something is wrong."""

    data: Data
    plan: Plan | None
    head: tuple[str, ...]
    indicators: tuple[Row, ...]
    commitments: tuple[Row, ...]
    reports: tuple[Row, ...]
    elsewhere: tuple[str, ...]

    @property
    def about(self) -> str:
        """Where the plan is from and which years it speaks of, as far as that is written."""
        place = self.data.get("place", {})
        own = " ".join(str(place[name]) for name in ("kind", "name") if name in place)
        where = ", ".join(part for part in (own, str(place.get("province") or "")) if part)
        years = ", ".join(map(str, years_of(self.data)))
        return " · ".join(part for part in (where, years) if part)

    @property
    def wrong(self) -> int:
        """How many mistakes there are."""
        rows = (*self.indicators, *self.commitments, *self.reports)
        return len(self.head) + len(self.elsewhere) + sum(len(row.errors) for row in rows)


def outline(data: Data) -> Outline:
    """How the draft stands."""
    plan, faults = checked(data)
    return Outline(
        data=data,
        plan=plan,
        head=_said(data, faults, "chung", 0),
        indicators=tuple(_rows(data, faults, "chi-tieu")),
        commitments=tuple(_rows(data, faults, "nhiem-vu")),
        reports=tuple(_rows(data, faults, "bao-cao")),
        elsewhere=tuple(s for path, s in faults if len(path) < 2 and path and path[0] in LISTS),
    )


def _said(data: Data, faults: Faults, part: str, place: int) -> tuple[str, ...]:
    own = faults_of(faults, part, place)
    if not own:
        return ()
    nodes, years = PARTS[part].nodes, years_of(data)
    one = boxes_of(nodes, section(data, part, place) or {}, years=years)
    return tuple(said for _name, said in sheet(nodes, one, own, years).summary)


def _rows(data: Data, faults: Faults, part: str) -> Iterator[Row]:
    for place, one in enumerate(data.get(PARTS[part].field, [])):
        yield Row(
            place,
            str(one.get("no", "")),
            str(one.get("title") or _("(chưa đặt tên)")),
            _gist(one, years_of(data)) if part == "chi-tieu" else str(one.get("where", "")),
            _said(data, faults, part, place),
        )


def _gist(one: Data, years: Sequence[int]) -> str:
    """Whom it counts and what is asked, where that much can be read."""
    found = _indicator(one, years)
    if found is None or not found.years:
        return str(one.get("where", ""))
    last = found.years[max(found.years)].counted
    asked = "; ".join(f"{y}: {words.target_words(r.target)}" for y, r in found.years.items())
    return f"{words.population_words(last.population)} · {asked}"


def _indicator(one: Data, years: Sequence[int]) -> Indicator | None:
    try:
        return indicator_of(IndicatorSchema().load(one), tuple(years))
    except ValidationError:
        return None
