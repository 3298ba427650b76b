"""One plan's figures over many communes: sums of what each last counted, never an average.

Only equal definitions are added up: the same plan file and the same choices. A commune whose rows
have changed since its count still stands in the sum with its last count, and the sum says for how
many communes a recount is due; `keep_current` makes those.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core import clock, data_versions
from lms.core.db import Database
from lms.indicators import queries
from lms.indicators.figure_cells import programmes, recount, stamp
from lms.indicators.figure_models import FigureCell, FigureCount
from lms.indicators.models import PlanAdoption, PlanDefinition
from lms.indicators.rules.arithmetic import rate_text
from lms.people.models import Commune


@dataclass(frozen=True, slots=True)
class Standing:
    """One commune that uses the plan: when it was counted, and whether that is still true."""

    commune_id: UUID
    code: str
    title: str
    plan_sha256: str
    choices: str
    counted: FigureCount | None
    is_current: bool

    @property
    def definition(self) -> tuple[str, str]:
        """What makes its figures addable to those of another commune."""
        return self.plan_sha256, self.choices


@dataclass(frozen=True, slots=True)
class Sum:
    """One figure over the communes that know it.

    `communes` of them are in it, `without` have no number or no population yet: they are in neither
    sum. A number of things has no denominator.
    """

    figure: str
    reading: str
    numerator: int | None
    denominator: int | None
    rate: str | None
    communes: int
    without: int


@dataclass(frozen=True, slots=True)
class Group:
    """The communes that read the plan the same way, and their sums.

    `counted_at` is the earliest count in it: every number is at least as new. `recounting` communes
    have newer rows, a newer day or no count yet.
    """

    plan_sha256: str
    choices: str
    communes: tuple[Standing, ...]
    sums: tuple[Sum, ...]
    counted_at: datetime | None
    as_of: date | None
    recounting: int


def summed(
    session: Session, code: str, province: str | None = None, today: date | None = None
) -> list[Group]:
    """The plan's sums by definition, that of most communes first; sample communes are left out."""
    standings = standing(session, code, province, today)
    cells = _cells(session, code)
    groups: defaultdict[tuple[str, str], list[Standing]] = defaultdict(list)
    for one in standings:
        groups[one.definition].append(one)
    ordered = sorted(groups.values(), key=lambda group: (-len(group), group[0].definition))
    return [_group(group, cells) for group in ordered]


def standing(
    session: Session, code: str, province: str | None = None, today: date | None = None
) -> list[Standing]:
    """Every commune that uses the plan, with the count it has, by title."""
    as_of, taught = today or clock.today(), programmes(session)
    stamps = data_versions.all_stamps(session)
    counted = {
        row.commune_id: row
        for row in session.scalars(select(FigureCount).where(FigureCount.plan_code == code))
    }
    found = []
    for commune, row, sha256 in _adoptions(session, code, province):
        choices = queries.chosen_text(queries.settings_of(commune, row))
        count = counted.get(commune.id)
        if count is not None and (count.plan_sha256, count.choices) != (sha256, choices):
            count = None
        now = stamp(stamps.get(commune.id, {}), taught)
        current = count is not None and count.stamp == now and count.as_of == as_of
        found.append(
            Standing(commune.id, commune.short_code, commune.title, sha256, choices, count, current)
        )
    return sorted(found, key=lambda one: (one.title, str(one.commune_id)))


def _adoptions(
    session: Session, code: str, province: str | None
) -> Iterable[tuple[Commune, PlanAdoption, str]]:
    """The newest adoption of the plan in each real commune, with the plan file's hash."""
    newest = (
        select(
            PlanAdoption.commune_id,
            PlanAdoption.id,
            func.row_number()
            .over(
                partition_by=PlanAdoption.commune_id,
                order_by=(PlanAdoption.adopted_at.desc(), PlanAdoption.id.desc()),
            )
            .label("place"),
        )
        .where(PlanAdoption.code == code)
        .subquery()
    )
    query = (
        select(Commune, PlanAdoption, PlanDefinition.sha256)
        .join(PlanAdoption, PlanAdoption.commune_id == Commune.id)
        .join(
            newest,
            (newest.c.commune_id == PlanAdoption.commune_id) & (newest.c.id == PlanAdoption.id),
        )
        .join(PlanDefinition, PlanDefinition.id == PlanAdoption.definition_id)
        .where(newest.c.place == 1, Commune.is_sample.is_(False))
    )
    if province is not None:
        query = query.where(Commune.province == province)
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


Cells = dict[UUID, list[tuple[int, str, str, int | None, int | None]]]


def _cells(session: Session, code: str) -> Cells:
    """Commune → place, figure, reading, numerator and denominator of its stored figures."""
    table = FigureCell
    query = (
        select(
            table.commune_id, table.place, table.figure, table.reading, table.numerator,
            table.denominator,
        )
        .join(
            FigureCount,
            (FigureCount.commune_id == table.commune_id) & (FigureCount.id == table.count_id),
        )
        .where(FigureCount.plan_code == code)
    )  # fmt: skip
    found: Cells = defaultdict(list)
    for commune, place, figure, reading, n, d in session.execute(query):
        found[commune].append((place, figure, reading, n, d))
    return found


def _group(standings: list[Standing], cells: Cells) -> Group:
    counted = [one.counted for one in standings if one.counted is not None]
    places: defaultdict[tuple[int, str, str], list[tuple[int | None, int | None]]]
    places = defaultdict(list)
    for one in standings:
        if one.counted is not None:
            for place, figure, reading, n, d in cells.get(one.commune_id, ()):
                places[place, figure, reading].append((n, d))
    return Group(
        plan_sha256=standings[0].plan_sha256,
        choices=standings[0].choices,
        communes=tuple(standings),
        sums=tuple(_sum(key, places[key], len(standings)) for key in sorted(places)),
        counted_at=min((row.counted_at for row in counted), default=None),
        as_of=min((row.as_of for row in counted), default=None),
        recounting=sum(not one.is_current for one in standings),
    )


def _sum(
    key: tuple[int, str, str], pairs: list[tuple[int | None, int | None]], communes: int
) -> Sum:
    """The sum over communes that know the figure; a share also needs its population."""
    shares = [(n, d) for n, d in pairs if n is not None and d is not None]
    whole = sum(d for _, d in shares) if shares else None
    known = [n for n, _ in shares] if shares else [n for n, _ in pairs if n is not None]
    part = sum(known) if known else None
    rate = rate_text(part, whole) if part is not None and whole else None
    return Sum(key[1], key[2], part, whole, rate, len(known), communes - len(known))


def document_of_sums(group: Group) -> dict[str, Any]:
    """A group as plain data: sums, how new they are, and the state of each commune."""
    return {
        "plan_sha256": group.plan_sha256,
        "choices": json.loads(group.choices),
        "as_of": group.as_of.isoformat() if group.as_of else None,
        "counted_at": group.counted_at.isoformat() if group.counted_at else None,
        "recounting": group.recounting,
        "communes": [
            {
                "code": one.code,
                "title": one.title,
                "counted_at": one.counted.counted_at.isoformat() if one.counted else None,
                "is_current": one.is_current,
            }
            for one in group.communes
        ],
        "sums": [asdict(one) for one in group.sums],
    }


# --- keeping them current -----------------------------------------------------------------------


def overdue(session: Session, code: str, today: date | None = None) -> list[UUID]:
    """Communes whose count is missing or no longer true."""
    return [one.commune_id for one in standing(session, code, None, today) if not one.is_current]


def plans_in_use(session: Session) -> list[str]:
    """The code of every plan that some real commune works with."""
    query = (
        select(PlanAdoption.code)
        .join(Commune, Commune.id == PlanAdoption.commune_id)
        .where(Commune.is_sample.is_(False))
        .distinct()
    )
    return sorted(session.scalars(query))


def keep_current(
    database: Database, codes: Iterable[str] | None = None, today: date | None = None,
    done: Callable[[UUID, str], None] = lambda _commune, _code: None,
) -> int:  # fmt: skip
    """Recount whatever is overdue, one commune after another; how many counts were made."""
    made = 0
    with database.read() as session:
        chosen = list(plans_in_use(session) if codes is None else codes)
        due = [(commune, code) for code in chosen for commune in overdue(session, code, today)]
    for commune, code in due:
        made += recount(database, commune, code, today)
        done(commune, code)
    return made
