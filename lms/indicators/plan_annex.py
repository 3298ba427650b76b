"""The tables a plan brings along itself (Phụ lục): its own columns, headings and rows, in its own words.

They decide nothing about what is counted, so they are no part of `Plan`: the hash of a report does
not know them. The workbook puts them first and our columns after (docs/indicators.md).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError, post_load, validates_schema

from lms.core.i18n import _
from lms.indicators.plan_counted import refusal
from lms.indicators.plan_fields import (
    Choice,
    Many,
    PlanField,
    PlanFileSchema,
    Slug,
    Text,
    Whole,
    children,
)
from lms.indicators.plan_text import read
from lms.indicators.rules.plan import Indicator, Plan, Target
from lms.indicators.rules.vocabulary import Operator, TargetUnit

SHOWS = ("no", "title", "target", "lead", "done_by", "guides", "coordinates", "where", "own")
"""What a column of an annex may show of a line; `own` is text that only the annex has."""
LONGEST_NAME = 25
"""A sheet's name has 31 letters at most; some are kept for a number."""
_NO_SHEET = re.compile(r"[\[\]:*?/\\]|^'|'$")
_ASKED = re.compile(r"(?:(>|trên)|(?:>=|≥))?\s*(\d{1,9}(?:[.,]\d{1,4})?)\s*%?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AnnexColumn:
    """One column. `heading` has two texts where the plan's heading has two floors."""

    shows: str
    heading: tuple[str, ...]
    year: int | None = None
    key: str = ""

    @property
    def id(self) -> str:
        """What rows call it: its own key, a year, or what it shows."""
        return self.key or (str(self.year) if self.year else self.shows)


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """A line of the plan (`of`, its code) with the annex's own texts, or a heading across."""

    of: str = ""
    heading: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Annex:
    """One table of a plan; without rows it holds every indicator no other annex names."""

    name: str
    columns: tuple[AnnexColumn, ...]
    title: str = ""
    rows: tuple[AnnexRow, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its lines, in order."""
        return tuple(row.of for row in self.rows if row.of)


# --- in a plan file -----------------------------------------------------------------------------


class AnnexColumnSchema(PlanFileSchema):
    """A column of an annex."""

    shows = Choice(SHOWS, required=True)
    heading = Many(Text(), required=True)
    year = Whole(2020, 2100)
    key = Slug()

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """`target` needs its year and `own` its key; a heading has one floor or two."""
        needs = {"target": "year", "own": "key"}.get(data["shows"], "")
        for name in ("year", "key"):
            if name == needs and name not in data:
                raise ValidationError({name: [_("cột này cần trường này, hãy thêm vào")]})
            if name != needs and name in data:
                wrong = _("chỉ cột target có year, chỉ cột own có key, hãy bỏ trường này")
                raise ValidationError({name: [wrong]})
        if len(data["heading"]) > 2:
            raise ValidationError({"heading": [_("tên cột có nhiều nhất hai tầng, hãy bỏ bớt")]})

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> AnnexColumn:
        """A column."""
        return AnnexColumn(**data)


class Cells(PlanField):
    """The annex's own texts of one line, by column."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, Mapping):
            raise ValidationError(_("hãy viết từng dòng “cột: nội dung”"))
        text = Text(numbers=True)
        return {str(key): str(text.deserialize(one)) for key, one in value.items()}


class AnnexRowSchema(PlanFileSchema):
    """A row of an annex."""

    of = Slug(numbers=True)
    heading = Text()
    cells = Cells(load_default=dict)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A line or a heading, not both."""
        if ("of" in data) == ("heading" in data) or ("heading" in data and data["cells"]):
            wrong = _("mỗi dòng hoặc nêu mã chỉ tiêu (of) hoặc là tiêu đề (heading), hãy sửa lại")
            raise ValidationError({"of": [wrong]})

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> AnnexRow:
        """A row."""
        return AnnexRow(**data)


class AnnexSchema(PlanFileSchema):
    """A table the plan annexes."""

    name = Text(required=True)
    title = Text(load_default="")
    columns = children(AnnexColumnSchema)
    rows = children(AnnexRowSchema)

    @validates_schema
    def check(self, data: dict[str, Any], **kwargs: Any) -> None:
        """A name that a sheet may have, columns once each, cells of columns that are there."""
        name, ids = data["name"], [column.id for column in data["columns"]]
        if len(name) > LONGEST_NAME or _NO_SHEET.search(name):
            wrong = _("tên phụ lục dài quá 25 ký tự hoặc có dấu [ ] : * ? / \\, hãy viết gọn lại")
            raise ValidationError({"name": [wrong]})
        if "title" not in ids or len(set(ids)) < len(ids):
            wrong = _("phụ lục cần một cột title và không cột nào lặp lại, hãy xem lại")
            raise ValidationError({"columns": [wrong]})
        for place, row in enumerate(data["rows"]):
            strange = next((key for key in row.cells if key not in ids), None)
            if strange is not None:
                wrong = _("phụ lục không có cột “%(key)s”, hãy sửa lại", key=strange[:60])
                raise ValidationError({"rows": {place: {"cells": {strange: [wrong]}}}})

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Annex:
        """An annex."""
        columns, rows = tuple(data["columns"]), tuple(data["rows"])
        return Annex(data["name"], columns, data["title"], rows)


# --- against the plan ---------------------------------------------------------------------------


def check_annexes(annexes: Sequence[Annex]) -> None:
    """Each annex has a name of its own, and each line of the plan stands in one annex, once."""
    names: set[str] = set()
    seen: set[str] = set()
    for place, annex in enumerate(annexes):
        at = ("annexes", place)
        if annex.name.casefold() in names:
            raise refusal((*at, "name"), _("tên phụ lục đã dùng ở phía trên, hãy đặt khác đi"))
        names.add(annex.name.casefold())
        for number, row in enumerate(annex.rows):
            if row.of and row.of in seen:
                wrong = _("chỉ tiêu này đã đứng ở một dòng phụ lục phía trên, hãy giữ một dòng")
                raise refusal((*at, "rows", number, "of"), wrong)
            seen.add(row.of)


def annex_remarks(plan: Plan, annexes: Sequence[Annex]) -> list[str]:
    """Where an annex no longer fits the plan: what it says there is left out, nothing else.

    No refusal, for somebody who changes a target in a form should not have to write in the file.
    """
    return [
        _("%(name)s: %(said)s", name=annex.name, said=said)
        for annex in annexes
        for said in (*_lost_years(plan, annex), *_lost_rows(plan, annex))
    ]


def _lost_years(plan: Plan, annex: Annex) -> Iterator[str]:
    for year in sorted({one.year for one in annex.columns if one.year} - set(plan.years)):
        yield _("cột năm %(year)s để trống vì kế hoạch không có năm này", year=year)


def _lost_rows(plan: Plan, annex: Annex) -> Iterator[str]:
    indicators = {one.code: one for one in plan.indicators}
    for row in annex.rows:
        if row.of and row.of not in countable(plan):
            yield _("bỏ dòng “%(code)s” vì kế hoạch không có chỉ tiêu này", code=row.of)
            continue
        for column in annex.columns:
            text = row.cells.get(column.id)
            if (
                column.year
                and text is not None
                and not stands(indicators.get(row.of), column, text)
            ):
                yield _(
                    "dòng “%(code)s” ghi năm %(year)s là %(said)s, khác mức của chỉ tiêu nên in theo "
                    "chỉ tiêu", code=row.of, year=column.year, said=text,
                )  # fmt: skip


def countable(plan: Plan) -> set[str]:
    """The codes of every line that a report of the plan has."""
    promised = {one.code for one in plan.commitments if one.counted is not None}
    return promised | {one.code for one in plan.indicators}


def stands(one: Indicator | None, column: AnnexColumn, text: str) -> bool:
    """Whether a target an annex writes is still the plan's, or that of a reading the file tells of."""
    if one is None or column.year is None or column.year not in one.years:
        return False
    asked = asked_in(text)
    return asked is not None and asked in {_as_asked(t) for t in _targets(one, column.year)}


def _targets(one: Indicator, year: int) -> Iterator[Target | None]:
    rule = one.years[year]
    yield rule.target
    for reading in one.readings:
        if reading.variant is not None and reading.computable_in(year):
            yield reading.variant.apply(rule).target


def asked_in(text: str) -> tuple[bool, Decimal] | None:
    """Whether more than the number is asked, and the number, as an annex writes it: '>85%', '95%'."""
    found = _ASKED.fullmatch(text.strip())
    return (bool(found[1]), Decimal(found[2].replace(",", "."))) if found else None


def _as_asked(target: Target | None) -> tuple[bool, Decimal] | None:
    if target is None or target.unit is TargetUnit.EACH:
        return None
    return target.operator is Operator.MORE_THAN, target.value


# --- the annexes of a plan ----------------------------------------------------------------------


@lru_cache(maxsize=64)
def annexes_in(text: str, name: str) -> tuple[Annex, ...]:
    """The annexes of a checked plan file; none where the plan has no table."""
    rows = read(text, name).data.get("annexes") or []
    return tuple(AnnexSchema(many=True).load(rows))


def default_annex(plan: Plan) -> Annex:
    """For a plan without a table: its number, title, targets by year, and who does it."""
    asked = [year for year in plan.years if any(one.years[year].target for one in plan.indicators)]
    columns = [
        AnnexColumn("no", (_("STT"),)),
        AnnexColumn("title", (_("Chỉ tiêu"),)),
        *(AnnexColumn("target", (_("Năm %(y)s", y=year),), year) for year in asked),
        AnnexColumn("lead", (_("Đơn vị chủ trì"),)),
    ]
    if any(one.roles.coordinates or one.roles.guides for one in plan.indicators):
        columns.append(AnnexColumn("coordinates", (_("Đơn vị phối hợp"),)))
    return Annex(_("Phụ lục"), tuple(columns))


def laid_out(plan: Plan, annexes: Sequence[Annex]) -> list[Annex]:
    """The annexes with a row for every counted line of the plan: nothing falls off the paper.

    What no annex names stands at the end of the last, under a heading that says so.
    """
    own, known = list(annexes) or [default_annex(plan)], countable(plan)
    named = {code for annex in own for code in annex.codes}
    free = [one.code for one in plan.indicators if one.code not in named]
    promised = [
        one.code for one in plan.commitments if one.counted is not None and one.code not in named
    ]
    made = []
    for annex in own:
        rows = tuple(row for row in annex.rows if not row.of or row.of in known)
        if not annex.rows:
            rows, free = tuple(AnnexRow(code) for code in free), []
        made.append(rows)
    made[-1] += _more(_("Chỉ tiêu kế hoạch nêu ngoài phụ lục"), free)
    made[-1] += _more(_("Nhiệm vụ kế hoạch nêu mà không ghi tỷ lệ theo năm"), promised)
    return [
        Annex(one.name, one.columns, one.title, rows) for one, rows in zip(own, made, strict=True)
    ]


def _more(heading: str, codes: Iterable[str]) -> tuple[AnnexRow, ...]:
    rows = tuple(AnnexRow(code) for code in codes)
    return (AnnexRow(heading=heading), *rows) if rows else ()
