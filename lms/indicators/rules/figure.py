"""A figure and everything that stands behind it, and the report of a whole plan.

Source: design/domain.md "Indicators": every figure can be opened; two different numbers are never
mixed ("còn N người chưa đạt" is `not_yet`, "cần thêm N người" is `gap_people`); "chưa có số liệu"
is said before "thiếu mẫu số", and both before "kế hoạch không quy định".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

from lms.indicators.rules.deadlines import CalendarEntry
from lms.indicators.rules.facts import Key, Settings
from lms.indicators.rules.plan import Counted, Plan, Target

ID = {"id": True}


class State(StrEnum):
    """What can be said; the order of precedence is no_data, no_denominator, no_target, ok."""

    NO_DATA = "no_data"
    NO_DENOMINATOR = "no_denominator"
    NO_TARGET = "no_target"
    OK = "ok"


class KnownBy(StrEnum):
    """Where the size of a population comes from."""

    REGISTER = "register"
    DECLARED = "declared"


@dataclass(frozen=True, slots=True)
class Births:
    """For how many an age rests on a bare birth year: counted in, or not yet; or is unknown.

    `waiting` may already be old enough but count only from 31/12; `unknown` live here without any
    known birth and are in no population that asks for an age.
    """

    year_only: int = 0
    waiting: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class Size:
    """How many a population has and how that is known.

    `register_size` is the register's own count, also where a declared figure is used; `births`
    is None where the population asks for no age.
    """

    key: str
    size: int | None
    known_by: KnownBy | None
    register_size: int | None
    sources: tuple[str, ...] = ()
    declared_on: date | None = None
    official: bool | None = None
    declared_keys: tuple[Key, ...] = field(default=(), metadata=ID)
    births: Births | None = None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit's part of a figure; a `unit` of None is "không rõ / ngoài xã"."""

    unit: Key | None = field(metadata=ID)
    name: str | None
    population: int | None
    numerator: int
    register_size: int | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One sex or age band's part of a figure, counted in the register."""

    group: str | None
    population: int
    numerator: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A numerator against a population and a target; None where nothing can be said.

    `rate` is truncated to one decimal of a percent, `gap_points` rounded up to one; `not_yet` is
    population − numerator, `gap_people` is needed − numerator. `exceeds` flags a numerator above
    its denominator, which is neither clipped nor shown without a word.
    """

    state: State
    numerator: int | None = None
    rate: Decimal | None = None
    rate_text: str | None = None
    met: bool | None = None
    needed: int | None = None
    gap_people: int | None = None
    gap_points: Decimal | None = None
    not_yet: int | None = None
    exceeds: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure. `people` are the subjects in the numerator, `missing` those not yet in it.

    `missing` is None where the denominator is declared: there is no list then. `proofs` may hold
    more than `people`; ask `evidence_of`. `readings` are the same figure read another way. `lacks` are
    units that have not declared what the others have.
    """

    code: str
    reading: str | None
    counted: Counted
    target: Target | None
    population: Size
    outcome: Outcome
    ladder: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=dict)
    by_unit: tuple[UnitRow, ...] = ()
    by_sex: tuple[GroupRow, ...] = ()
    by_age: tuple[GroupRow, ...] = ()
    people: frozenset[Key] = frozenset()
    missing: frozenset[Key] | None = None
    proofs: Mapping[Key, tuple[Key, ...]] = field(default_factory=dict)
    records: tuple[Key, ...] = field(default=(), metadata=ID)
    sources: tuple[str, ...] = ()
    lacks: tuple[Key, ...] = field(default=(), metadata=ID)
    starts: date | None = None
    where: str | None = None
    readings: tuple["Figure", ...] = ()

    def evidence_of(self, subject: Key) -> tuple[Key, ...]:
        """The keys of what counted for one subject of the numerator; none for anybody else."""
        return self.proofs.get(subject, ()) if subject in self.people else ()


@dataclass(frozen=True, slots=True)
class PlanReport:
    """Every figure of a plan in the plan's own order, with the definitions they were made by."""

    plan: Plan
    year: int
    as_of: date
    settings: Settings
    figures: tuple[Figure, ...]
    commitments: tuple[Figure, ...]
    calendar: tuple[CalendarEntry, ...]


def canonical(value: Any, *, people: bool = True) -> Any:
    """The value as plain JSON data: the same facts always give the same text.

    Ids become strings, exact decimals strings, days ISO dates, sets sorted lists. With
    `people=False` the lists of people and their evidence are left out (for public figures).
    """
    if isinstance(value, Figure):
        return _figure_dict(value, people)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _field(getattr(value, f.name), f.metadata, people) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key], people=people) for key in sorted(value, key=str)}
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)
    if isinstance(value, tuple | list):
        return [canonical(item, people=people) for item in value]
    return _scalar(value)


def _field(value: Any, metadata: Mapping[Any, Any], people: bool) -> Any:
    if not metadata.get("id") or value is None:
        return canonical(value, people=people)
    return [str(item) for item in value] if isinstance(value, tuple) else str(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


def _figure_dict(figure: Figure, people: bool) -> dict[str, Any]:
    """A figure's fields; the proofs only of those in the numerator."""
    hidden = {"proofs"} if people else {"proofs", "people", "missing", "records"}
    if not figure.lacks:
        hidden.add("lacks")
    plain = {
        f.name: _field(getattr(figure, f.name), f.metadata, people)
        for f in fields(figure)
        if f.name not in hidden
    }
    if people:
        subjects = sorted(figure.people, key=str)
        plain["evidence"] = {str(s): [str(k) for k in figure.evidence_of(s)] for s in subjects}
    return plain
