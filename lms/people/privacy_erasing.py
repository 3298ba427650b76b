"""Erasing a person (xóa theo yêu cầu): what names them goes, what is counted stays under a bare id."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.policy import Role
from lms.core.signals import send
from lms.people import previews, queries, visiting
from lms.people.events import PersonErased
from lms.people.helping_models import Mentorship
from lms.people.models import (
    Membership,
    Person,
    PersonDistinct,
    PersonLink,
    RegisterImport,
    Residence,
)
from lms.people.oidc_models import OidcIdentity, OidcLinkRequest
from lms.people.privacy_marks import marks_of, sweep
from lms.people.privacy_models import Consent, DataRequest, Representative

Ids = Collection[UUID]
Told = list[tuple[str, int]]
"""(code, count) of what went; the codes are those of `privacy_words.GONE`."""


def erase(session: Session, who: Actor, keys: Keys, person_id: UUID) -> Told:
    """Erase a person with every record that was merged into one; twice is once (then nothing is told).

    Every package that keeps something of people listens to PersonErased in this transaction. What is
    left is pseudonymous: events, attainments, attendance and the ids in closed periods.
    """
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    _overwrite(session)
    ids = _records(session, who.commune, person_id)
    rows = [row for row in _locked(session, who.commune, ids) if row.erased_on is None]
    if not rows:
        return []
    marks = marks_of(session, who.commune, rows, _citizen_ids(keys, rows))
    signal = PersonErased(who.commune, frozenset(ids), who)
    signal.told.append(("record", len(rows)))
    signal.told.append(("notes", visiting.erase_notes(session, who, person_id)))
    signal.told.extend(_forget_lists(session, who.commune, keys, ids))
    signal.told.extend(_forget_around(session, who, ids))
    send(session, signal)
    for row in rows:
        _empty(row)
    changed, doubtful = sweep(session, who.commune, marks)
    signal.told.extend([("texts", changed), ("look", doubtful)])
    audit.record(session, who, "erased", "person", person_id, records=len(rows))
    return [(code, count) for code, count in signal.told if count]


def _overwrite(session: Session) -> None:
    """Let SQLite write zeros where something was: a freed page would keep the name."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _records(session: Session, commune_id: UUID, person_id: UUID) -> set[UUID]:
    if session.get(Person, (commune_id, person_id)) is None:
        raise NotFound(_("Không tìm thấy người này trong danh sách của xã."))
    return queries.same_person(session, commune_id, person_id)


def _locked(session: Session, commune_id: UUID, ids: Ids) -> list[Person]:
    query = select(Person).where(Person.commune_id == commune_id, Person.id.in_(ids))
    ordered = query.order_by(Person.id).with_for_update()
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def _citizen_ids(keys: Keys, rows: list[Person]) -> list[str]:
    return [keys.open(row.citizen_id_sealed, str(row.id)) for row in rows if row.citizen_id_sealed]


def _empty(row: Person) -> None:
    row.full_name = row.sort_key = row.search_key = ""
    row.birth_date = row.birth_year = row.sex = row.phone = row.died_on = None
    row.citizen_id_hmac = row.citizen_id_sealed = None
    row.erased_on, row.updated_at = clock.today(), clock.now()


def _forget_around(session: Session, who: Actor, ids: Ids) -> Told:
    """Homes, groups, consents, who acts for them, pairs, and the words of their links and requests."""
    gone = [
        (code, _deleted(session, who.commune, table, ids))
        for code, table in (
            ("homes", Residence), ("groups", Membership), ("consents", Consent),
            ("representatives", Representative),
        )
    ]  # fmt: skip
    session.execute(
        delete(PersonDistinct).where(
            PersonDistinct.commune_id == who.commune,
            or_(PersonDistinct.first_id.in_(ids), PersonDistinct.second_id.in_(ids)),
        )
    )
    link = or_(PersonLink.duplicate_id.in_(ids), PersonLink.survivor_id.in_(ids))
    session.execute(
        update(PersonLink).where(PersonLink.commune_id == who.commune, link).values(reason="")
    )
    session.execute(
        update(DataRequest)
        .where(DataRequest.commune_id == who.commune, DataRequest.person_id.in_(ids))
        .values(detail="", representative="", answer="", refusal="")
    )
    _close_requests(session, who, ids)
    _end_pairs(session, who, ids)
    _end_identities(session, who.commune, ids)
    return gone


def _close_requests(session: Session, who: Actor, ids: Ids) -> None:
    """What else was asked about this person has nobody left to be answered to."""
    session.execute(
        update(DataRequest)
        .where(
            DataRequest.commune_id == who.commune,
            DataRequest.person_id.in_(ids),
            DataRequest.closed_at.is_(None),
        )
        .values(
            state="done", closed_at=clock.now(), closed_by=who.id, revision=DataRequest.revision + 1
        )
    )


def _end_identities(session: Session, commune_id: UUID, ids: Ids) -> None:
    """Nobody comes in as this person from elsewhere; whoever waits to be linked here asks again."""
    session.execute(
        delete(OidcIdentity).where(
            OidcIdentity.commune_id == commune_id, OidcIdentity.person_id.in_(ids)
        )
    )
    session.execute(delete(OidcLinkRequest).where(OidcLinkRequest.commune_id == commune_id))


def _deleted(session: Session, commune_id: UUID, table: Any, ids: Ids) -> int:
    statement = delete(table).where(table.commune_id == commune_id, table.person_id.in_(ids))
    return len(session.execute(statement.returning(table.id)).all())


def _end_pairs(session: Session, who: Actor, ids: Ids) -> None:
    """Nobody is to be guided, or to guide, any more; the pair's days stay under ids."""
    pair = or_(Mentorship.ambassador_id.in_(ids), Mentorship.mentee_id.in_(ids))
    session.execute(
        update(Mentorship)
        .where(Mentorship.commune_id == who.commune, pair, Mentorship.to_date.is_(None))
        .values(to_date=clock.today(), ended_by=who.id, ended_at=clock.now())
    )


# Imports


def _forget_lists(session: Session, commune_id: UUID, keys: Keys, ids: Ids) -> Told:
    """Previews go whole, for they may hold the name; applied imports lose what they keep of these records."""
    rows = session.scalars(
        select(RegisterImport).where(RegisterImport.commune_id == commune_id).with_for_update()
    ).all()
    previewed = [row for row in rows if row.content is not None or row.plan is not None]
    for row in previewed:
        row.content = row.plan = None
    own = {str(key) for key in (*ids, *_parts(session, commune_id, ids))}
    changed = sum(_forgotten(keys, row, own) for row in rows if row.undo is not None)
    session.flush()
    return [("previews", len(previewed)), ("undo", changed)]


def _parts(session: Session, commune_id: UUID, ids: Ids) -> list[UUID]:
    """The rows of homes and groups of these people, as imports name them."""
    found: list[UUID] = []
    for table in (Residence, Membership):
        query = select(table.id).where(table.commune_id == commune_id, table.person_id.in_(ids))
        found.extend(session.scalars(query))
    return found


def _forgotten(keys: Keys, row: RegisterImport, own: Collection[str]) -> bool:
    """Take these rows out of what taking an import back would need."""
    assert row.undo is not None  # noqa: S101 - the caller asked.
    kept = json.loads(previews.opened(keys, row.undo, f"undo:{row.id}"))
    left = without(kept, own)
    if left == kept:
        return False
    row.undo = previews.sealed(keys, json.dumps(left).encode(), f"undo:{row.id}")
    return True


def without(kept: dict[str, Any], own: Collection[str]) -> dict[str, Any]:
    """What an import keeps for its taking back, without these rows or this person; the rest unchanged."""
    parts, changed = (
        {
            name: {
                key: row
                for key, row in rows.items()
                if key not in own and str(row.get("person_id")) not in own
            }
            for name, rows in kept[which].items()
        }
        for which in ("parts", "changed")
    )
    apart = [pair for pair in kept["told_apart"] if not set(pair) & set(own)]
    people = [key for key in kept["people"] if key not in own]
    return {**kept, "people": people, "parts": parts, "changed": changed, "told_apart": apart}
