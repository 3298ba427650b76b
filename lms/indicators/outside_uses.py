"""Which indicators of the commune's plans count a list from outside, and who is in a list."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.indicators import queries, wording
from lms.indicators.definition import programme_name
from lms.indicators.headline import plan_title
from lms.indicators.models import FactImport, OutsideFact
from lms.indicators.rules.plan import MAIN_READING, Counted, Indicator, Plan
from lms.indicators.rules.vocabulary import LEVEL_RANK, VNEID_CONFIRMED, Level, MeasureKind
from lms.people.models import Person

What = tuple[str | None, str | None]
"""(programme, level) of facts; either may be blank."""


@dataclass(frozen=True, slots=True)
class Use:
    """A plan with the indicators that count at least some of a list, each with how many of its facts."""

    code: str
    title: str
    indicators: tuple[tuple[str, str, int], ...]
    """(code, the plan's own number or title, facts that count)."""


def uses(
    session: Session, commune_id: UUID, kind: str, what: Mapping[What, int], today: date
) -> list[Use]:
    """The plans that count such facts; `what` is how many facts there are of each kind."""
    found = []
    for one in queries.adopted_plans(session, commune_id):
        rows = tuple(_rows(one.plan, one.row.choices, kind, what, today))
        if rows:
            found.append(Use(one.code, plan_title(one.plan), rows))
    return found


def _rows(
    plan: Plan, choices: Mapping[str, Mapping[str, str]], kind: str, what: Mapping[What, int],
    today: date,
) -> Iterator[tuple[str, str, int]]:  # fmt: skip
    for one in plan.indicators:
        level = choices.get("levels", {}).get(one.code)
        reading = choices.get("readings", {}).get(one.code, MAIN_READING)
        counted = _counted(plan, one, reading, today.year)
        number = sum(n for said, n in what.items() if counts(counted, kind, said, level))
        if number or (not what and kind in counted.counted_proofs):
            yield one.code, one.no or one.title, number


def _counted(plan: Plan, one: Indicator, reading: str, year: int) -> Counted:
    rule = one.rule_for(year, open_ended=plan.open_ended)
    chosen = next((r for r in one.readings if r.code == reading and r.variant), None)
    return (chosen.variant.apply(rule) if chosen and chosen.variant else rule).counted


def counts(counted: Counted, kind: str, said: What, level: str | None = None) -> bool:
    """Whether an indicator counts a fact of this kind, programme and level.

    The same rule as `rules.evidence`: a confirmation without a programme stands for any.
    """
    measure, (programme, reached) = counted.measure.kind, said
    if kind not in counted.counted_proofs:
        return False
    if measure is MeasureKind.CONFIRMED:
        return True
    if measure not in (MeasureKind.ATTAINED, MeasureKind.HAS_AT_LEAST):
        return False
    asked = LEVEL_RANK[level if counted.level is None and level else counted.asked_level]
    if LEVEL_RANK[reached or Level.BASIC.value] < asked:
        return False
    anything = kind == VNEID_CONFIRMED and programme is None
    return anything or programme in counted.counted_programmes


def uses_text(found: Iterable[Use]) -> str:
    """'Được tính cho chỉ tiêu 3, 4 của kế hoạch X; …' or that no indicator counts this kind."""
    said = [
        _("chỉ tiêu %(nos)s của kế hoạch “%(title)s”",
          nos=", ".join(no for _code, no, _n in use.indicators), title=use.title)
        for use in found
    ]  # fmt: skip
    if not said:
        return _(
            "Không chỉ tiêu nào của xã tính loại này: danh sách được giữ, và hiện bên cạnh số liệu."
        )
    return _("Được tính cho %(what)s.", what="; ".join(said))


# --- lists that were recorded -------------------------------------------------------------------


def what_of(session: Session, row: FactImport) -> dict[What, int]:
    """How many facts of each programme and level an import holds."""
    f = OutsideFact
    rows = session.execute(
        select(f.programme_code, f.level, func.count())
        .where(f.commune_id == row.commune_id, f.import_id == row.id)
        .group_by(f.programme_code, f.level)
    )
    return Counter({(programme, level): n for programme, level, n in rows})


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of a list that was recorded."""

    person_id: UUID
    name: str
    on: date
    what: str


def listed(session: Session, row: FactImport, offset: int, limit: int) -> list[Listed]:
    """People of an import by Vietnamese name order; whoever was erased is named no more."""
    f = OutsideFact
    rows = session.execute(
        select(
            f.person_id,
            Person.full_name,
            Person.erased_on,
            f.occurred_on,
            f.programme_code,
            f.level,
        )
        .join(Person, (Person.commune_id == f.commune_id) & (Person.id == f.person_id))
        .where(f.commune_id == row.commune_id, f.import_id == row.id)
        .order_by(Person.sort_key, f.id)
        .offset(offset)
        .limit(limit)
    )
    return [
        Listed(key, _("(đã xóa)") if erased else name, on, what_words(programme, level))
        for key, name, erased, on, programme, level in rows
    ]


def what_words(programme: str | None, level: str | None) -> str:
    """Programme and level of a fact in words; blank where it names neither."""
    said = [programme_name(programme)] if programme else []
    said += [_("mức %(level)s", level=wording.level_name(level))] if level else []
    return ", ".join(said)
