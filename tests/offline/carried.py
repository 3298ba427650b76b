"""A class of the cast that was carried away: its pack, its meeting, and what its tablets write."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from assessments.models import Attainment
from lms.cohorts import claims
from lms.cohorts.carried_models import CarriedMeeting, ClassPack
from lms.cohorts.models import ClassSession
from lms.core import clock
from lms.core.db import Database
from lms.core.guard import Actor
from lms.core.ids import uuid7
from lms.core.policy import Role
from lms.ledger.rebuild import rebuild, state_hash
from lms.ledger.rules import millis
from tests.assessments.tablet import MINUTE, Tablet, deliver
from tests.cast import OPENED, Cast

MADE = OPENED + timedelta(days=1)
HELD = MADE + timedelta(days=1)
ARRIVED = HELD + timedelta(days=5)


def carry(database: Database, cast: Cast, cohort: str = "k1") -> None:
    """Class K1 is carried to a meeting that no page opens: `k1_xa` with the sitting `k1_xa_thi`."""
    commune, name = cast["TBT"], f"{cohort}_xa"
    with database.write() as session:
        meeting = ClassSession(
            commune_id=commune, id=uuid7(), cohort_id=cast[cohort], number=2,
            planned_on=date(2026, 11, 22),
        )  # fmt: skip
        pack = ClassPack(
            commune_id=commune, id=uuid7(), cohort_id=cast[cohort], made_by=cast["trang"],
            made_at=MADE, valid_until=MADE + timedelta(days=14), sha256="0" * 64, body="{}",
        )  # fmt: skip
        session.add_all([meeting, pack])
        session.flush()
        carried = CarriedMeeting(
            commune_id=commune, id=uuid7(), pack_id=pack.id, class_session_id=meeting.id
        )
        session.add(carried)
        cast.ids |= {name: meeting.id, f"{name}_thi": carried.id, f"{name}_goi": pack.id}


def sat(cast: Cast, learner: str = "lan", device: str = "k1_may", **fields: Any) -> Tablet:
    """A whole, good test of a learner in the carried meeting, at `at` (by default half an hour in)."""
    fields = {"at": HELD + 30 * MINUTE, **fields}
    tablet = Tablet(
        cast, learner, meeting="k1_xa", device=device, sitting="k1_xa_thi", **fields
    )  # fmt: skip
    return tablet.start().answer_all().submit()


def corner(cast: Cast, device: str = "k1_may", at: datetime = HELD) -> Tablet:
    """The trainer's corner of a tablet: nobody's attempt."""
    return Tablet(cast, meeting="k1_xa", device=device, sitting=None, at=at, epoch=f"goc-{device}")


def say(tablet: Tablet, kind: str, payload: dict[str, Any], **more: Any) -> str:
    """The text of an event that belongs to no attempt and, unless named, to no learner."""
    tablet.write(kind, payload, **{"attempt": None, "learner": None, **more})
    return tablet.texts[-1]


def hours(cast: Cast, device: str = "k1_may", at: datetime = HELD, minutes: int = 90) -> list[str]:
    """The trainer opens class and test on a tablet, and closes both."""
    tablet, sitting = corner(cast, device, at), str(cast["k1_xa_thi"])
    proctor = {"sitting": sitting, "proctor": str(cast["trang"])}
    end = {"at": millis(at + minutes * MINUTE)}
    return [
        say(tablet, "session.opened", {}),
        say(tablet, "sitting.opened", proctor),
        say(tablet, "sitting.closed", {"sitting": sitting}, **end),
        say(tablet, "session.closed", {}, **end),
    ]


def seen(cast: Cast, learner: str = "lan", result: str = "can_do", **more: Any) -> str:
    """A trainer saw the learner do the class's task, at a tablet."""
    payload = {"task": "goi-video", "result": result, "observer": str(cast["trang"])}
    return say(
        corner(cast, at=HELD + 20 * MINUTE), "task.observed", payload,
        learner=str(cast[f"hv_{learner}"]), **more,
    )  # fmt: skip


def bring(
    database: Database, cast: Cast, texts: Iterable[str], device: str = "k1_may"
) -> None:  # fmt: skip
    """The tablet comes back into the network."""
    deliver(database, cast, texts, device, now=ARRIVED)


def trainer(cast: Cast, name: str = "trang", cohort: str = "k1") -> Actor:
    """A trainer of the cast as an actor."""
    return Actor(
        Role.TRAINER, cast["TBT"], cast[name], name, cohort_ids=frozenset([cast[cohort]])
    )  # fmt: skip


def decide(
    database: Database, cast: Cast, *learners: str, verdict: str = claims.CONFIRMED,
    meeting: str = "k1_xa",
) -> int:  # fmt: skip
    """Trang decides on the work of these learners."""
    people = [cast[f"hv_{name}"] for name in learners]
    with clock.frozen(ARRIVED + MINUTE), database.write() as session:
        return claims.decide(session, trainer(cast), cast[meeting], people, verdict)


def proofs(database: Database, cast: Cast, person: str = "lan") -> set[str]:
    """The proofs that a person holds."""
    with database.read() as session:
        query = select(Attainment.proof).where(Attainment.person_id == cast[person])
        return set(session.scalars(query))


def hash_of(database: Database, commune: UUID) -> str:
    """The state hash of a commune's projections."""
    with database.read() as session:
        return state_hash(session, commune)


def same_after_rebuild(database: Database, cast: Cast) -> bool:
    """Whether a rebuild gives what there is."""
    before = hash_of(database, cast["TBT"])
    rebuild(database, cast["TBT"])
    return hash_of(database, cast["TBT"]) == before
