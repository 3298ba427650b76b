"""The versions of a plan: which have held here, since when, by whom; taking an older one up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Conflict, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.indicators import actions, queries
from lms.indicators.editor_carry import restored
from lms.indicators.models import PlanAdoption, PlanDefinition
from lms.indicators.plan_annex import Annex, annexes_in
from lms.indicators.rules.plan import Plan


@dataclass(frozen=True, slots=True)
class Version:
    """One adoption of a plan; `number` counts from 1 within its code."""

    number: int
    row: PlanAdoption
    source: str
    sha256: str

    @property
    def plan(self) -> Plan:
        """The plan as its file says it, without the commune's wording."""
        return queries.parsed(self.source, self.row.code)

    @property
    def annexes(self) -> tuple[Annex, ...]:
        """The tables that the file brings along."""
        return annexes_in(self.source, self.row.code)

    @property
    def at(self) -> datetime:
        """Since when it has held."""
        return self.row.adopted_at

    @property
    def by(self) -> UUID | None:
        """The account that took it up; nobody for a command."""
        return self.row.adopted_by


def versions(session: Session, commune_id: UUID, code: str) -> list[Version]:
    """Every version of this code that the commune took up, the first one first."""
    rows = session.execute(
        select(PlanAdoption, PlanDefinition)
        .join(PlanDefinition, PlanDefinition.id == PlanAdoption.definition_id)
        .where(PlanAdoption.commune_id == commune_id, PlanAdoption.code == code)
        .order_by(PlanAdoption.adopted_at, PlanAdoption.id)
    )
    return [Version(n, row[0], row[1].source, row[1].sha256) for n, row in enumerate(rows, 1)]


def numbered(found: Sequence[Version], number: int) -> Version:
    """The version of this number; NotFound says how many there are."""
    if not 1 <= number <= len(found):
        raise NotFound(
            _(
                "Không có bản %(number)s: xã có %(count)s bản của kế hoạch này.",
                number=number,
                count=len(found),
            )
        )
    return found[number - 1]


def codes_used(session: Session, commune_id: UUID, code: str) -> set[str]:
    """Every code of an indicator or commitment that a version of this plan ever had here."""
    found: set[str] = set()
    for version in versions(session, commune_id, code):
        found |= {one.code for one in version.plan.indicators}
        found |= {one.code for one in version.plan.commitments}
    return found


def return_to(session: Session, who: Actor, code: str, number: int, seen: int) -> PlanAdoption:
    """Take up an older version again, as a new adoption; twice is once.

    `seen` is how many versions the page showed: Conflict when another one has come since.
    """
    require(who, *actions.OFFICE)
    audit.lock_chain(session, who.commune)
    found = versions(session, who.commune, code)
    wanted, newest = numbered(found, number), found[-1]
    if wanted.row.definition_id == newest.row.definition_id:
        return newest.row
    if len(found) != seen:
        raise Conflict(
            _(
                "Trong lúc đó xã đã có bản %(count)s. Hãy xem lại danh sách rồi chọn lại.",
                count=len(found),
            )
        )
    carry = restored(
        wanted.plan,
        (newest.row.wording, newest.row.choices),
        (wanted.row.wording, wanted.row.choices),
        newest.plan,
    )
    row = actions.import_plan(session, who, wanted.source, code)
    row.wording, row.choices = carry.wording, carry.choices
    session.flush()
    return row
