"""A class as it is carried to where no network is: one JSON text, named by its SHA-256, never changed.

It holds given names with an initial, drawings, digests of cards, each learner's desk, and forms drawn
beforehand without any key. It is all that a tablet of the road may know of people.
"""

import hashlib
import json
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from assessments import measuring, queries, rules
from assessments.desk import desk_of
from assessments.queries import Desk, ExamCard
from assessments.rules.measuring import LESSON_FIRST, OK
from courses import queries as courses
from courses.activities import public_item
from courses.canonical import dumps
from courses.rules import ProgrammeVersion, UnknownContent
from lms.cohorts import cards, carry, faces, pictures, substitutes
from lms.cohorts import queries as cohorts
from lms.cohorts.actions import teach
from lms.cohorts.carried_models import ClassPack, SpareCard
from lms.cohorts.carried_rules import PACK_DAYS
from lms.cohorts.carry import Leaving, NewPack
from lms.cohorts.models import Cohort, Enrolment
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.offline.content import content_of
from lms.people.account_queries import still_here
from lms.people.models import Person

FORMAT = 1
LARGEST = 25 * 1024 * 1024
"""Bytes of a pack with the content and pictures it needs: what an old tablet fetches in a short stop."""

Plain = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What a trainer asks for: `id` is made by the page, so that pressing twice makes one pack."""

    id: UUID
    cohort_id: UUID
    days: Collection[date]
    spares: int


def make_pack(session: Session, who: Actor, keys: Keys, wanted: Wanted) -> ClassPack:
    """Carry a class away; Conflict when it would be too large or nobody is in the class."""
    cohort = teach(session, who, wanted.cohort_id)
    made = session.get(ClassPack, (who.commune, wanted.id))
    if made is not None and made.cohort_id == cohort.id:
        return made
    leaving = carry.leave(session, who, cohort.id, wanted.days)
    spares = _spares(session, who, keys, wanted)
    now = clock.now()
    new = _Packing(session, keys, cohort, now, secrets.token_hex(16))
    body = dumps(new.body(wanted.id, leaving, spares))
    _refuse_large(len(body.encode()) + content_bytes(new.version, cohort.level))
    sha = hashlib.sha256(body.encode()).hexdigest()
    until = now + timedelta(days=PACK_DAYS)
    return carry.keep(
        session, who, NewPack(wanted.id, cohort.id, now, until, sha, body), leaving
    )  # fmt: skip


def _spares(session: Session, who: Actor, keys: Keys, wanted: Wanted) -> Sequence[SpareCard]:
    """All cards that bear no name yet: what was printed before is still good."""
    if not wanted.spares:
        return []
    if wanted.spares < 0:
        words = _("Số thẻ khách phải từ 0 trở lên.")
        raise Invalid(words, fields={"spares": [words]})
    return cards.spare_cards(session, who, keys, wanted.cohort_id, wanted.spares)


def _refuse_large(size: int) -> None:
    if size > LARGEST:
        raise Conflict(
            _(
                "Gói lớp nặng %(mb)s MB, quá %(most)s MB nên chưa làm được. Hãy chia lớp nhỏ hơn, hoặc "
                "nhờ cán bộ xã chọn chương trình có ít hình hơn.",
                mb=megabytes(size),
                most=LARGEST // 1024 // 1024,
            )
        )


def megabytes(size: int) -> str:
    """'1,4' for a number of bytes; never '0'."""
    return f"{max(size / 1024 / 1024, 0.1):.1f}".replace(".", ",")


_sizes: dict[tuple[str, str], int] = {}


def content_bytes(version: ProgrammeVersion, level: str) -> int:
    """Bytes of the lessons, the bank and the pictures that a tablet needs beside the pack."""
    key = (version.content_hash, level)
    if key not in _sizes:
        index = content_of(version, level, lambda _sha: "").index
        _sizes[key] = int(json.loads(index.body)["bytes"]) + len(index.body)
    return _sizes[key]


def roster_digest(session: Session, commune_id: UUID, cohort_id: UUID) -> str:
    """Changes when somebody joins or leaves, gets another card, or another trainer teaches."""
    people = [
        [str(e.id), faces.face(e, person)["name"], e.picture, e.colour, e.card_digest or ""]
        for e, person in cohorts.learners(session, commune_id, cohort_id)
    ]
    trainers = [str(one.id) for one in cohorts.trainers_of(session, commune_id, cohort_id)]
    return hashlib.sha256(dumps([people, sorted(trainers)]).encode()).hexdigest()


@dataclass(frozen=True)
class _Packing:
    """The writing of one pack."""

    session: Session
    keys: Keys
    cohort: Cohort
    at: datetime
    salt: str

    @property
    def version(self) -> ProgrammeVersion:
        """What the class learns."""
        return courses.version(self.session, self.cohort.version_id)

    def body(
        self, pack_id: UUID, leaving: Sequence[Leaving], spares: Sequence[SpareCard]
    ) -> Plain:  # fmt: skip
        """The whole pack as plain JSON."""
        cohort, commune = self.cohort, self.cohort.commune_id
        people = cohorts.learners(self.session, commune, cohort.id)
        if not people and not spares:
            raise Conflict(_("Lớp chưa có học viên. Hãy thêm học viên, hoặc lấy vài thẻ khách."))
        days = [one.meeting.planned_on for one in leaving]
        learners = [self._learner(row, person, days) for row, person in people]
        return {
            "format": FORMAT, "id": str(pack_id), "commune": str(commune),
            "cohort": str(cohort.id), "class_name": cohort.name, "place": cohort.place,
            "content": self.version.content_hash, "level": cohort.level,
            "made_at": self.at.isoformat(),
            "valid_until": (self.at + timedelta(days=PACK_DAYS)).isoformat(),
            "salt": self.salt, "rounds": cards.PACK_ROUNDS,
            "meetings": [_meeting(one) for one in leaving],
            "learners": learners,
            "spares": [self._spare(one) for one in spares],
            "trainers": self._trainers([one.meeting.id for one in leaving]),
            # Last, as a card is made when it is first asked for.
            "roster": roster_digest(self.session, commune, cohort.id),
        }  # fmt: skip

    def _learner(self, row: Enrolment, person: Person, days: Sequence[date]) -> Plain:
        number = cards.card_of(self.session, self.keys, row)
        return {
            **faces.face(row, person),
            "id": str(row.id),
            "card": cards.pack_digest(self.salt, number),
            "desk": desk_of(self.session, row),
            "forms": dict(self._forms(row, days)),
        }

    def _spare(self, spare: SpareCard) -> Plain:
        return {
            "id": str(spare.id),
            "label": cards.spare_label(spare),
            "picture": spare.picture,
            "colour": spare.colour,
            "spoken": pictures.spoken(spare.picture, spare.colour),
            "card": cards.pack_digest(self.salt, cards.spare_number(self.keys, spare)),
        }

    def _trainers(self, meetings: Sequence[UUID]) -> list[Plain]:
        """Whose card opens the class on a tablet: its trainers, and who teaches all of these meetings for them.

        A tablet without network cannot ask on which day a card may open it, so a substitute of some of
        the meetings only is left out, and so is who works here no more.
        """
        commune = self.cohort.commune_id
        own = cohorts.trainers_of(self.session, commune, self.cohort.id)
        instead = substitutes.of_meetings(self.session, commune, meetings)
        first = instead.get(meetings[0], [])
        always = (one for one in first if all(one in instead.get(m, []) for m in meetings))
        both = [*own, *always]
        here = still_here(self.session, commune, [one.id for one in both])
        trainers = [one for one in both if one.id in here]
        numbers = {
            one.id: cards.staff_card(self.session, self.keys, commune, one.id) for one in trainers
        }
        return [
            {
                "account": str(one.id),
                "name": one.display_name,
                "card": cards.pack_digest(self.salt, numbers[one.id]),
            }
            for one in trainers
        ]

    def _forms(self, row: Enrolment, days: Sequence[date]) -> Iterator[tuple[str, Plain]]:
        """The forms that the learner may begin on one of these days, each unlike the ones before."""
        desk = queries.desk_at(self.session, row, None)
        if _may_try(queries.exam_card(self.session, desk), days):
            drawn = queries.drawn_before(self.session, desk, "certifying")
            if form := self._drawn(desk, "certifying", drawn):
                yield "certifying", {**_told(form), "sitting_needed": True}
        drawn = queries.drawn_before(self.session, desk, "entry")
        for kind in self._due(desk, days):
            if form := self._drawn(desk, kind, drawn):
                drawn = [*drawn, *form.item_ids]
                yield kind, {**_told(form), "sitting_needed": False}

    def _due(self, desk: Desk, days: Sequence[date]) -> list[str]:
        """Measuring forms that may be filled in; the exit form too, whose lesson may be done on the way."""
        lessons = queries.lesson_states(self.session, desk)
        codes = measuring.codes_on(self.session, desk, lessons, days)
        on_the_way = {kind for kind, code in codes if (kind, code) == ("exit", LESSON_FIRST)}
        due = {kind for kind, code in codes if code == OK} | on_the_way
        return [kind for kind in dict.fromkeys(kind for kind, _code in codes) if kind in due]

    def _drawn(self, desk: Desk, kind: str, drawn: Sequence[str]) -> rules.Form | None:
        try:
            plan = desk.version.blueprint(kind, desk.cohort.level)
        except UnknownContent:
            return None
        return rules.draw_form(desk.version, plan, secrets.token_hex(8), drawn)


def _may_try(card: ExamCard, days: Sequence[date]) -> bool:
    """Whether a try is allowed now, or will be on the last of the days."""
    if card.code == "wait" and card.not_before is not None:
        return clock.day_of(card.not_before) <= max(days)
    return card.code == "ok"


def _meeting(one: Leaving) -> Plain:
    return {
        "session": str(one.meeting.id),
        "sitting": str(one.sitting),
        "number": one.meeting.number,
        "planned_on": one.meeting.planned_on.isoformat(),
    }


def _told(form: rules.Form) -> Plain:
    """A form as a tablet begins it: the questions without their keys."""
    return {
        "seed": form.seed,
        "items": [[asked.item.id, list(asked.options)] for asked in form.items],
        "questions": {
            asked.item.id: public_item(asked.item, asked.options) for asked in form.items
        },
    }
