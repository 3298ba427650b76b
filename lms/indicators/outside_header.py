"""What an officer says of a whole list from outside, checked, and what was chosen on its preview."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from lms.core import clock
from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import clean
from lms.indicators.models import OUTSIDE_FACTS
from lms.indicators.outside_columns import Usual, day_problem
from lms.indicators.outside_fates import NOBODY, Decisions, Where
from lms.indicators.outside_matching import problem_words
from lms.indicators.outside_models import FactList
from lms.indicators.rules.vocabulary import LEVEL_RANK, PROGRAMMES


@dataclass(frozen=True)
class Header:
    """What an officer says of a whole list; `on` is the day of rows that name none."""

    kind: str
    source: str
    document: str
    listed_on: date
    on: date | None = None
    programme: str | None = None
    level: str | None = None

    @property
    def usual(self) -> Usual:
        """What holds for rows that do not say it themselves."""
        return Usual(self.on or self.listed_on, self.programme, self.level)


@dataclass(frozen=True)
class Choices:
    """What was chosen on the preview of a list."""

    columns: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    tables: tuple[int, ...] | None = None
    decisions: Decisions = field(default_factory=dict)


def check(header: Header) -> None:
    """Invalid with every field of the header that must be mended."""
    problems: dict[str, list[str]] = {}
    if header.kind not in OUTSIDE_FACTS:
        problems["kind"] = [_("Hãy chọn loại danh sách.")]
    for name, text in (("source", header.source), ("document", header.document)):
        if not 3 <= len(clean(text)) <= 300:
            problems[name] = [
                _("Hãy ghi nơi lập danh sách (3–300 chữ cái).")
                if name == "source"
                else _("Hãy ghi số và ngày của văn bản kèm danh sách (3–300 chữ cái).")
            ]
    for name, on in (("listed_on", header.listed_on), ("on", header.on)):
        wrong = day_problem(on, clock.today()) if on else None
        if wrong:
            problems[name] = [_capital(problem_words(wrong.code, wrong.value)) + "."]
    if header.programme is not None and header.programme not in PROGRAMMES:
        problems["programme"] = [_("Không có chương trình này, hãy chọn lại.")]
    if header.level is not None and header.level not in LEVEL_RANK:
        problems["level"] = [_("Không có mức này, hãy chọn lại.")]
    if problems:
        raise Invalid(_("Chưa đọc được danh sách. Hãy sửa các chỗ được chỉ ra."), fields=problems)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def header_of(row: FactList) -> Header:
    """What was said of the whole list."""
    said: dict[str, Any] = row.choices
    on = said.get("on")
    return Header(
        row.kind, row.source, row.document, row.listed_on, date.fromisoformat(on) if on else None,
        said.get("programme"), said.get("level"),
    )  # fmt: skip


def choices_of(row: FactList) -> Choices:
    """What was chosen so far."""
    said: dict[str, Any] = row.choices
    tables = said.get("tables")
    return Choices(
        {int(n): at for n, at in said.get("columns", {}).items()},
        tuple(tables) if tables is not None else None,
        {_where(key): None if who == NOBODY else UUID(who)
         for key, who in said.get("decisions", {}).items()},
    )  # fmt: skip


def _where(key: str) -> Where:
    table, _colon, row = key.partition(":")
    return int(table), int(row)


def decisions_told(decisions: Decisions) -> dict[str, str]:
    """The decisions as they are kept: ids only."""
    return {f"{t}:{r}": str(who) if who else NOBODY for (t, r), who in decisions.items()}
