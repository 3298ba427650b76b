"""Things counted: by the service itself and, beside that, by hand, so that nothing is counted twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.indicators.choices import measures_of
from lms.indicators.class_facts import CLASS_COUNTS, class_counts
from lms.indicators.models import CountedThing
from lms.indicators.rules.evidence import window_start
from lms.indicators.rules.facts import Count
from lms.indicators.rules.plan import Measure, Plan
from lms.indicators.rules.vocabulary import MeasureKind, Window
from lms.people.account_models import Account
from lms.people.models import Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One number written by hand; `undone` says when and why it was taken back."""

    id: UUID
    quantity: int
    on: date
    unit_id: UUID | None
    unit: str
    source: str
    by: str
    at: datetime
    corrects: bool
    undone_at: datetime | None
    undone_why: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time up to today: counted by itself, by hand, and together."""

    name: str
    own: int
    by_hand: int

    @property
    def together(self) -> int:
        """What an indicator sees."""
        return self.own + self.by_hand


@dataclass(frozen=True, slots=True)
class Thing:
    """Something a plan counts, with what is known of it."""

    code: str
    name: str
    is_own: bool
    """Whether classes of this service are counted as it, without anybody writing them down."""
    posted: bool
    """Counted from the list of officials where there is one; numbers by hand count only until then."""
    spans: tuple[Span, ...]
    entries: tuple[Entry, ...]


def things(session: Session, commune_id: UUID, plan: Plan, today: date) -> list[Thing]:
    """Everything the plan counts, in its order, with the entries by hand, the newest first."""
    measures = {c: m for c, m in measures_of(plan).items() if m.kind is MeasureKind.COUNT}
    own = class_counts(session, commune_id)
    entries = _entries(session, commune_id, measures)
    return [
        _thing(code, one, [c for c in own if c.what == code], entries.get(code, []), today)
        for code, one in measures.items()
    ]


_OWN = frozenset(one.what for one in CLASS_COUNTS)


def _thing(
    code: str, measure: Measure, own: list[Count], entries: list[Entry], today: date
) -> Thing:
    return Thing(
        code, measure.label or code, code in _OWN, measure.posted_at is not None,
        tuple(_span(name, start, own, entries, today) for name, start in _spans(today)), tuple(entries),
    )  # fmt: skip


def _spans(today: date) -> list[tuple[str, date]]:
    return [
        (_("Tuần này"), window_start(Window.WEEK, today)),
        (_("Năm %(year)s", year=today.year), window_start(Window.YEAR, today)),
        (_("Từ trước đến nay"), date.min),
    ]


def _span(
    name: str, start: date, own: Iterable[Count], entries: Iterable[Entry], today: date
) -> Span:
    by_hand = sum(
        e.quantity for e in entries if e.undone_at is None and start <= e.on <= today
    )  # fmt: skip
    return Span(name, sum(c.quantity for c in own if start <= c.day <= today), by_hand)


def _entries(
    session: Session, commune_id: UUID, what: Mapping[str, Measure]
) -> dict[str, list[Entry]]:
    t = CountedThing
    place = and_(Unit.commune_id == t.commune_id, Unit.id == t.unit_id)
    rows = session.execute(
        select(t, Unit.name, Account.display_name)
        .outerjoin(Unit, place)
        .outerjoin(Account, Account.id == t.recorded_by)
        .where(t.commune_id == commune_id, t.what.in_(what))
        .order_by(t.occurred_on.desc(), t.id.desc())
    )
    found: dict[str, list[Entry]] = {}
    for row, unit, by in rows:
        found.setdefault(row.what, []).append(Entry(
            row.id, int(row.quantity), row.occurred_on, row.unit_id, unit or _("toàn xã"), row.source,
            by or "", row.recorded_at, row.replaces_id is not None, row.undone_at, row.undo_reason,
        ))  # fmt: skip
    return found
