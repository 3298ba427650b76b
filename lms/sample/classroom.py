"""What happens in a sample class, told by its tablets as real events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from assessments.change_facts import measures
from assessments.rules import Form, answers_hash, draw_form, form_to_plain
from courses.rules import ProgrammeVersion
from lms.core.ids import uuid7
from lms.ledger.rules import millis, verbatim
from lms.sample.answering import answer
from lms.sample.roster import Dice


@dataclass
class Tablet:
    """A class tablet: it numbers its events."""

    id: UUID
    seq: int = 0


@dataclass(frozen=True)
class Meeting:
    """One session being told: when it began, and the sitting of its last hour, if any."""

    id: UUID
    number: int
    of: int
    began: datetime
    version: ProgrammeVersion
    sitting_id: UUID | None
    trainer_id: UUID
    board: Tablet
    """Where the trainer enters what was seen: the commune's own pages."""


@dataclass(frozen=True)
class Learner:
    """A learner of the class: pseudonym, seat, age, and the tablet they share."""

    enrolment_id: UUID
    seat: str
    """Class and place, such as ND01-7: the same on every machine, so that figures are too."""
    age: int
    tablet: Tablet

    @property
    def talent(self) -> int:
        """Per cent above or below what is usual at this age: −12 to +12, mostly near nothing."""
        dice = Dice(f"khiếu {self.seat}")
        return dice.below(13) + dice.below(13) - 12

    @property
    def skill(self) -> int:
        """Per cent of questions this learner can answer; younger people know a little more."""
        return 91 + self.talent - max(0, self.age - 45) // 2

    @property
    def skill_before(self) -> int:
        """The same before the course."""
        return 52 + self.talent - max(0, self.age - 45) // 2

    @property
    def skill_after(self) -> int:
        """The same at its end, on questions they have not met."""
        return 82 + self.talent - max(0, self.age - 45) // 3


MEASURED = {"entry": 97, "exit": 94}
"""Per cent of those present who fill in a form."""


def measuring_form(version: ProgrammeVersion, learner: Learner, kind: str) -> Form:
    """The form of a learner: the exit form asks what the entry form did not, as far as there is more."""
    seed = f"mau-{learner.seat}-{kind}"
    before = () if kind == "entry" else measuring_form(version, learner, "entry").item_ids
    return draw_form(version, version.blueprint(kind, "basic"), seed, before)


class Teller:
    """Writes the events of one session, learner after learner."""

    def __init__(self, meeting: Meeting, dice: Dice) -> None:
        self.meeting, self.dice = meeting, dice
        self.texts: dict[UUID, list[str]] = {}

    def tell(self, learners: Sequence[Learner]) -> dict[UUID, list[str]]:
        """Device id → the event texts of this session, in order."""
        for learner in learners:
            present = self.dice.chance(93 if learner.age < 65 else 88)
            self._event(
                learner, "attendance.marked", {"state": "present" if present else "absent"}, 2
            )
            if present:
                if self.meeting.number == 1:
                    self._measure(learner, "entry")
                    self._look_before(learner)
                self._learn(learner)
                if self.meeting.sitting_id is not None:
                    self._measure(learner, "exit")
                    self._take_the_test(learner)
                    self._show_the_tasks(learner)
        return self.texts

    def _event(
        self,
        learner: Learner,
        kind: str,
        payload: dict[str, Any],
        minute: int,
        attempt: UUID | None = None,
        device: Tablet | None = None,
    ) -> None:
        tablet, at = device or learner.tablet, self.meeting.began + timedelta(minutes=minute)
        tablet.seq += 1
        text = verbatim({
            "v": 1, "id": str(uuid7()), "device": str(tablet.id), "epoch": "mau", "seq": tablet.seq,
            "class": str(self.meeting.id), "learner": str(learner.enrolment_id),
            "attempt": str(attempt) if attempt else None, "content": self.meeting.version.content_hash,
            "type": kind, "payload": payload, "at": millis(at), "app": "mau",
        })  # fmt: skip
        self.texts.setdefault(tablet.id, []).append(text)

    def _learn(self, learner: Learner) -> None:
        lessons = self.meeting.version.lessons_at("basic")
        share = -(-len(lessons) // self.meeting.of)
        for place, lesson in enumerate(
            lessons[(self.meeting.number - 1) * share : self.meeting.number * share]
        ):
            screens = len(lesson.screens)
            self._event(
                learner, "activity.opened", {"lesson": lesson.code, "screen": 1}, 6 + 14 * place
            )
            done = self.dice.chance(94)
            kind, reached = (
                ("activity.finished", screens) if done else ("activity.opened", screens - 1)
            )
            self._event(learner, kind, {"lesson": lesson.code, "screen": reached}, 16 + 14 * place)

    def _take_the_test(self, learner: Learner) -> None:
        if self.dice.chance(4):
            return
        attempt, version = uuid7(), self.meeting.version
        seed = f"mau-{learner.seat}"
        form = draw_form(version, version.blueprint("certifying", "basic"), seed)
        start = {
            "kind": "certifying",
            "level": "basic",
            "seed": seed,
            "sitting": str(self.meeting.sitting_id),
        }
        self._event(learner, "attempt.started", start, 65, attempt)
        self._hand_in(learner, form, learner.skill, (72, 85), attempt, self.dice)

    def _hand_in(
        self,
        learner: Learner,
        form: Form,
        skill: int,
        minutes: tuple[int, int],
        attempt: UUID,
        dice: Dice,
    ) -> None:
        """Answer every question at the first minute, hand in at the second."""
        responses = {asked.item.id: answer(asked.item, skill, dice) for asked in form.items}
        for item, response in responses.items():
            given = {"item": item, "response": response}
            self._event(learner, "answer.given", given, minutes[0], attempt)
        submit = {"count": len(responses), "hash": answers_hash(responses)}
        self._event(learner, "attempt.submitted", submit, minutes[1], attempt)

    def _measure(self, learner: Learner, kind: str) -> None:
        """Most fill in the entry form before they learn, and the exit form at the end."""
        # Dice of their own, so that what else the class does is the same with and without.
        dice = Dice(f"{learner.seat}-{kind}")
        if not measures(self.meeting.version, "basic") or not dice.chance(MEASURED[kind]):
            return
        form = measuring_form(self.meeting.version, learner, kind)
        minutes = (3, 5) if kind == "entry" else (56, 58)
        start = {"kind": kind, "level": "basic", "seed": form.seed,
                 "items": form_to_plain(form)["items"]}  # fmt: skip
        attempt = uuid7()
        self._event(learner, "attempt.started", start, minutes[0], attempt)
        skill = learner.skill_before if kind == "entry" else learner.skill_after
        self._hand_in(learner, form, skill, minutes, attempt, dice)

    def _look_before(self, learner: Learner) -> None:
        """What the trainer sees learners do before the course, where the entry form names tasks."""
        dice = Dice(f"{learner.seat}-viec-dau-khoa")
        for task in self._named_tasks("entry"):
            roll = dice.below(100)
            result = "can_do" if roll < 12 else "needs_help" if roll < 40 else "not_yet"
            seen = {"task": task, "result": result, "observer": str(self.meeting.trainer_id)}
            self._see(learner, seen | {"moment": "entry"}, 5)

    def _named_tasks(self, kind: str) -> tuple[str, ...]:
        version = self.meeting.version
        return version.blueprint(kind, "basic").tasks if measures(version, "basic") else ()

    def _show_the_tasks(self, learner: Learner) -> None:
        for task in self.meeting.version.tasks("basic"):
            roll = self.dice.below(100)
            result = "can_do" if roll < 88 else "needs_help" if roll < 96 else "not_yet"
            seen = {"task": task.id, "result": result, "observer": str(self.meeting.trainer_id)}
            moment = {"moment": "exit"} if task.id in self._named_tasks("exit") else {}
            self._see(learner, seen | moment, 95)

    def _see(self, learner: Learner, seen: dict[str, Any], minute: int) -> None:
        """On a tablet it would be a claim, which the trainer confirms after the class."""
        self._event(learner, "task.observed", seen, minute, device=self.meeting.board)


def batches(texts: Sequence[str], size: int = 90) -> Iterator[Sequence[str]]:
    """Slices as a tablet sends them."""
    for start in range(0, len(texts), size):
        yield texts[start : start + size]
