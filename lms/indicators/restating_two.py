"""The second person of a restatement, where the commune asks for one: proposed by one, published by another.

A proposal is what the first officer saw: the hash of the figures and the reason. Whoever publishes it sees
the same figures, or is told that they moved. It is gone once it is published or taken back; the log keeps both.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Conflict, Forbidden
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.core.text import clean
from lms.indicators import restating
from lms.indicators import snapshot_queries as held
from lms.indicators.actions import OFFICE
from lms.indicators.snapshot_models import ReportSnapshot, Restatement, RestatementProposal
from lms.people.account_queries import account_names


def waiting(session: Session, row: ReportSnapshot) -> RestatementProposal | None:
    """The proposal that waits for a second person."""
    table = RestatementProposal
    return session.scalar(
        select(table).where(table.commune_id == row.commune_id, table.snapshot_id == row.id)
    )


def proposer(session: Session, proposal: RestatementProposal) -> str:
    """Who proposed it, by name."""
    names = account_names(session, {proposal.made_by} if proposal.made_by else set())
    return next(iter(names.values()), _("hệ thống"))


def submit(
    session: Session, who: Actor, snapshot_id: UUID, reason: str, seen: str
) -> Restatement | None:
    """Publish what was seen; where two persons are asked for, the first only proposes (None). Twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = held.snapshot(session, who.commune, snapshot_id)
    found = waiting(session, row)
    if found is None:
        if not held.needs_two(session, who.commune) or _is_published(session, row, reason, seen):
            return restating.publish(session, who, snapshot_id, reason, seen)
        _propose(session, who, row, reason, seen)
        return None
    if not held.needs_two(session, who.commune):
        take_back(session, who, snapshot_id)
        return restating.publish(session, who, snapshot_id, reason, seen)
    if found.made_by == who.id:
        _check_same(found, reason, seen)
        return None
    return _second(session, who, row, found, seen)


def _is_published(session: Session, row: ReportSnapshot, reason: str, seen: str) -> bool:
    last = next(reversed(held.restatements(session, row)), None)
    return last is not None and (last.figures_sha256, last.reason) == (seen, clean(reason))


def _propose(session: Session, who: Actor, row: ReportSnapshot, reason: str, seen: str) -> None:
    words, _found = restating.ready(session, row, reason, seen)
    session.add(
        RestatementProposal(
            commune_id=who.commune, id=uuid7(), snapshot_id=row.id, reason=words,
            figures_sha256=seen, made_by=who.id,
        )
    )  # fmt: skip
    session.flush()
    audit.record(session, who, "propose_restatement", "report_snapshot", row.id,
                 number=row.number, plan=row.plan_code, figures=seen)  # fmt: skip


def _check_same(found: RestatementProposal, reason: str, seen: str) -> None:
    if (found.figures_sha256, found.reason) != (seen, clean(reason)):
        raise Forbidden(
            _("Bạn đã đề nghị điều chỉnh bản chốt này nên không tự công bố được. Hãy nhờ một cán bộ khác "
              "công bố, hoặc rút đề nghị rồi đề nghị lại.")
        )  # fmt: skip


def _second(
    session: Session, who: Actor, row: ReportSnapshot, found: RestatementProposal, seen: str
) -> Restatement:
    if found.figures_sha256 != seen:
        raise Conflict(_("Số liệu đã đổi từ khi đề nghị. Hãy trả lại đề nghị rồi đề nghị lại."))
    by = proposer(session, found)
    made = restating.publish(session, who, row.id, found.reason, seen, proposed_by=by)
    session.delete(found)
    session.flush()
    return made


def take_back(session: Session, who: Actor, snapshot_id: UUID) -> None:
    """Withdraw the own proposal, or return somebody else's; twice is once."""
    require(who, *OFFICE)
    audit.lock_chain(session, who.commune)
    row = held.snapshot(session, who.commune, snapshot_id)
    found = waiting(session, row)
    if found is None:
        return
    session.delete(found)
    audit.record(session, who, "return_restatement", "report_snapshot", row.id,
                 number=row.number, plan=row.plan_code)  # fmt: skip
