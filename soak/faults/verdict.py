"""After a class at a real service: is every acknowledged event there once, every projection a rebuild?"""

import json
from collections import Counter
from uuid import UUID

from sqlalchemy import func, select

from assessments.models import Answer
from lms.app import create_app
from lms.core.db import Database
from lms.core.keys import load_keys
from lms.ledger.actions import project_pending
from lms.ledger.models import Event, Quarantined
from soak.faults.crowd import Crowd
from soak.faults.ground import integrity, left_as_it_is
from soak.faults.tally import Tally
from tests.cast import Cast


def held_texts(database: Database, crowd: Crowd) -> dict[str, str]:
    """Event id → text of what the store holds of these tablets."""
    devices = [UUID(seat.tablet.device) for seat in crowd.seats]
    with database.read() as session:
        query = select(Event.id, Event.text).where(Event.device_id.in_(devices))
        return {str(row.id): row.text for row in session.execute(query)}


def acknowledged_and_gone(crowd: Crowd) -> list[str]:
    """While the service is down: ids that a tablet holds a receipt for and the store does not hold."""
    database = Database(crowd.house.settings)
    try:
        told: set[str] = set()
        for seat in crowd.seats:
            with seat.guard:
                told |= seat.tablet.shown_home
        return sorted(told - held_texts(database, crowd).keys())
    finally:
        database.close()


def judged(crowd: Crowd, cast: Cast, *, drained: bool) -> Tally:
    """The whole verdict; the service has to be stopped."""
    house, tally = crowd.house, Tally(Counter(crowd.statuses), list(crowd.troubles))
    database = Database(house.settings)
    try:
        create_app(house.settings, database=database, keys=load_keys(house.settings.keys))
        project_pending(database, None)
        held = held_texts(database, crowd)
        tally.broken += _events(crowd, held, database)
        tally.broken += _answers(crowd, cast, database)
        tally.broken += left_as_it_is(database, cast["TBT"])
        if house.is_sqlite and (told := integrity(database)) != "ok":
            tally.broken.append(f"the file is damaged: {told[:80]}")
    finally:
        database.close()
    if not drained:
        left = sum(len(seat.tablet.waiting()) for seat in crowd.seats)
        tally.broken.append(f"{left} events never came home")
    tally.counts["tablets"] += len(crowd.seats)
    tally.counts["events made"] += sum(len(seat.tablet.history) for seat in crowd.seats)
    tally.counts["events acknowledged"] += sum(len(seat.tablet.shown_home) for seat in crowd.seats)
    tally.counts["events purged"] += sum(
        len(getattr(seat.tablet, "purged", ())) for seat in crowd.seats
    )
    tally.counts["events in the store"] += len(held)
    return tally


def _events(crowd: Crowd, held: dict[str, str], database: Database) -> list[str]:
    truth = {key: text for seat in crowd.seats for key, text in seat.tablet.history.items()}
    whole = {key: text for key, text in truth.items() if key not in crowd.odd}
    home = {one for seat in crowd.seats for one in seat.tablet.shown_home}
    purged = {one for seat in crowd.seats for one in getattr(seat.tablet, "unconfirmed_purged", ())}
    counters = Counter(
        (one["device"], one["epoch"], one["seq"]) for one in map(json.loads, held.values())
    )
    with database.read() as session:
        conflicts = session.scalar(
            select(func.count()).select_from(Quarantined).where(Quarantined.reason == "conflict")
        )
        raw = set(session.scalars(select(Quarantined.event_id)))
    found = {
        "acknowledged and not in the store": len(home - held.keys() - crowd.odd),
        "made and not in the store": len(whole.keys() - held.keys()),
        "stored with another text": sum(held[k] != v for k, v in whole.items() if k in held),
        "stored and never made": len(held.keys() - truth.keys()),
        "counters twice": sum(n > 1 for n in counters.values()),
        "ids with two bodies": conflicts or 0,
        "purged before they were confirmed": len(purged),
        "could not be saved and were given up": len(crowd.intended - truth.keys()),
        "not yet readable and not kept raw": len((crowd.odd & truth.keys()) - raw),
    }
    return [f"{count} {name}" for name, count in found.items() if count]


def _answers(crowd: Crowd, cast: Cast, database: Database) -> list[str]:
    with database.read() as session:
        rows = session.execute(
            select(Answer.attempt_id, Answer.item_id, Answer.response).where(
                Answer.commune_id == cast["TBT"]
            )
        )
        counted: dict[str, dict[str, list[str]]] = {}
        for attempt, item, response in rows:
            counted.setdefault(str(attempt), {})[item] = list(response)
    wrong = sum(
        counted.get(work.id, {}) != work.given for seat in crowd.seats for work in seat.works
    )
    return [f"{wrong} attempts count other answers than were tapped last"] if wrong else []
