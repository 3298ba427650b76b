"""Which skills a class has mastered and which questions it misses, from the forms that were handed in.

Skills are read from practice and tests, where the newest form that asked decides. Questions are those
of practice, tests and the form at the end of the course; what was asked before the course began shows
no teaching. Questions of a test and of the measuring forms are secret: who teaches is told the skill and
the lesson, who answers for the content (`assessments.preview_pages`) reads the question as well.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.orm import Session, defer

from assessments import queries as assessments_queries
from assessments.models import Answer, Attempt
from assessments.rules.choosing import question
from assessments.rules.statistics import Choice
from assessments.slips import PROVING
from assessments.statistics_words import key_text
from courses import queries as courses_queries
from courses.activities.wording import said
from courses.rules import Item, Lesson, ProgrammeVersion, Skill
from lms.board import results_rules
from lms.board.results_facts import ClassFacts
from lms.board.results_rules import Missed, SkillStep, Tried
from lms.core.policy import Role

TAUGHT = ("practice", "certifying", "exit")
"""Forms after teaching: what is missed in them is worth repeating."""
MOST = 12
"""So many questions are told; a trainer repeats a few things, not all."""
READERS = (Role.OFFICER, Role.ADMINISTRATOR)
"""Who may read secret questions, as on the pages of questions and statistics."""


@dataclass(frozen=True)
class Work:
    """The forms that the people of a class handed in, the oldest first, and what they answered.

    `owner`: enrolment → learner. `answers`: attempt → item → (wrong response or none, first try right).
    """

    owner: Mapping[UUID, UUID]
    attempts: Sequence[Attempt]
    versions: Mapping[UUID, ProgrammeVersion]
    answers: Mapping[UUID, Mapping[str, tuple[tuple[str, ...], bool | None]]]

    def best_points(self) -> dict[UUID, tuple[int | None, int | None]]:
        """Learner → points and most of the best test that was handed in."""
        found: dict[UUID, tuple[int | None, int | None]] = {}
        for one in self.attempts:
            if one.purpose == "certifying" and one.points is not None:
                held = found.get(self.owner[one.enrolment_id], (None, None))[0]
                if held is None or one.points >= held:
                    found[self.owner[one.enrolment_id]] = one.points, one.max_points
        return found

    def skills(self) -> dict[UUID, dict[str, bool]]:
        """Learner → skill → mastered, by the newest form that asked."""
        told: defaultdict[UUID, list[dict[str, bool]]] = defaultdict(list)
        for one in self.attempts:
            if one.purpose in PROVING:
                results = assessments_queries.skills_in(self.versions[one.version_id], one)
                told[self.owner[one.enrolment_id]].append(
                    {x.skill.code: x.mastered for x in results}
                )
        return {key: results_rules.newest_word(forms) for key, forms in told.items()}


def read_work(
    session: Session, commune_id: UUID, facts: ClassFacts, *, answers: bool = True
) -> Work:
    """The handed-in forms of a class, in two statements and one for each other version that was taught.

    Without `answers` no question can be told.
    """
    owner = {key: one.key for one in facts.learners for key in one.all_enrolments}
    attempts = session.scalars(
        select(Attempt)
        .options(defer(Attempt.form), defer(Attempt.trail))
        .where(Attempt.commune_id == commune_id, Attempt.enrolment_id.in_(owner),
               Attempt.state == "final")
        .order_by(Attempt.submitted_at, Attempt.id)
    ).all()  # fmt: skip
    versions = {facts.version.id: facts.version}
    for key in {one.version_id for one in attempts} - versions.keys():
        versions[key] = courses_queries.version(session, key)
    return Work(
        owner, attempts, versions, _answers(session, commune_id, attempts) if answers else {}
    )


def _answers(
    session: Session, commune_id: UUID, attempts: Sequence[Attempt]
) -> dict[UUID, dict[str, tuple[tuple[str, ...], bool | None]]]:
    ids = [one.id for one in attempts if one.purpose in TAUGHT]
    rows = session.execute(
        select(Answer.attempt_id, Answer.item_id,
               case((Answer.correct.is_(False), Answer.response)), Answer.first_correct)
        .where(Answer.commune_id == commune_id, Answer.attempt_id.in_(ids))
    )  # fmt: skip
    found: defaultdict[UUID, dict[str, tuple[tuple[str, ...], bool | None]]] = defaultdict(dict)
    for attempt, item, wrong, first in rows:
        found[attempt][item] = (tuple(wrong or ()), first)
    return found


# --- skills -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SkillLine:
    """A skill of the programme with its people, and the lessons that teach it: (number, lesson)."""

    skill: Skill
    step: SkillStep
    lessons: Sequence[tuple[int, Lesson]]


def skill_lines(facts: ClassFacts, work: Work) -> list[SkillLine]:
    """The skills that anybody was asked, in the programme's order."""
    known = work.skills()
    people = {one.key: known.get(one.key, {}) for one in facts.learners}
    skills = {skill.code: skill for skill in facts.version.programme.skills}
    steps = results_rules.by_skill(people, skills)
    return [
        SkillLine(skills[step.skill], step, teaching(facts, step.skill))
        for step in steps
        if step.mastered or step.missed
    ]


def teaching(facts: ClassFacts, skill: str) -> list[tuple[int, Lesson]]:
    """The lessons of the class that teach a skill, with their numbers."""
    numbered = enumerate(facts.version.lessons_at(facts.cohort.level), 1)
    return [(n, lesson) for n, lesson in numbered if skill in lesson.skills]


# --- questions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class MissedLine:
    """A question with who missed it. `prompt` and `chosen` are empty for who may not read them.

    `item` is the id, for the page of statistics, where the actor may open it.
    """

    missed: Missed
    version: UUID
    item: str
    bank: str
    skill: str
    prompt: str
    chosen: str
    lessons: Sequence[tuple[int, Lesson]]

    @property
    def is_told(self) -> bool:
        """Whether the question may be read here."""
        return bool(self.prompt)


def missed_lines(facts: ClassFacts, work: Work, role: Role) -> list[MissedLine]:
    """The questions that most people missed when they first met them; at most `MOST`."""
    bank = _Bank(work.versions)
    found = results_rules.most_missed(_tried(work, bank), MOST)
    return [_missed_line(facts, one, *bank.found[one.item], role=role) for one in found]


Chooser = Callable[[tuple[str, ...]], Iterable[Choice]]
_hashes: dict[tuple[UUID, str], str] = {}
_choosers: dict[str, Chooser | None] = {}
_KEPT_AT_MOST = 20_000
"""Content never changes, so what is dear to work out of it is kept between pages."""


def _hash(version: UUID, item: Item) -> str:
    """The content hash: the same question in two versions is one."""
    found = _hashes.get((version, item.id))
    if found is None:
        if len(_hashes) > _KEPT_AT_MOST:
            _hashes.clear()
        found = _hashes[version, item.id] = item.hash
    return found


def _chooser(key: str, item: Item) -> Chooser | None:
    if key not in _choosers:
        if len(_choosers) > _KEPT_AT_MOST:
            _choosers.clear()
        _choosers[key] = question(item).chosen
    return _choosers.get(key)


class _Bank:
    """The questions of the versions that were asked; `found`: content hash → version and question."""

    def __init__(self, versions: Mapping[UUID, ProgrammeVersion]) -> None:
        self.items = {k: {item.id: item for item in v.items} for k, v in versions.items()}
        self.found: dict[str, tuple[UUID, Item]] = {}

    def key(self, version: UUID, name: str) -> str:
        """The content hash of a question of a version."""
        item = self.items[version][name]
        key = _hash(version, item)
        self.found.setdefault(key, (version, item))
        return key


def _tried(work: Work, bank: _Bank) -> Iterable[Tried]:
    for attempt in work.attempts:
        if attempt.purpose in TAUGHT and attempt.mark is not None:
            yield from _of_form(attempt, work, bank)


def _of_form(attempt: Attempt, work: Work, bank: _Bank) -> Iterable[Tried]:
    mark: Any = attempt.mark
    given, person = work.answers.get(attempt.id, {}), work.owner[attempt.enrolment_id]
    for name, points in mark["items"].items():
        missed, response = _outcome(attempt, points, given.get(name))
        if missed is not None:
            key = bank.key(attempt.version_id, name)
            chosen = _alike(key, bank.found[key][1], response) if missed else ()
            yield Tried(person, key, missed, chosen)


def _outcome(
    attempt: Attempt, points: int, given: tuple[tuple[str, ...], bool | None] | None
) -> tuple[bool | None, tuple[str, ...]]:
    """(missed, wrong response); of practice only what was tried, and its first try, is known."""
    wrong, first = given or ((), None)
    if attempt.purpose == "practice":
        return (None if first is None else not first), wrong
    return points == 0, wrong if points == 0 else ()


def _missed_line(
    facts: ClassFacts, missed: Missed, version: UUID, item: Item, *, role: Role
) -> MissedLine:
    told = not item.secret or role in READERS
    titles = {skill.code: skill.title for skill in facts.version.programme.skills}
    return MissedLine(
        missed, version, item.id, item.bank, titles.get(item.skill, item.skill),
        item.prompt if told else "",
        _words(item, missed.chosen) if told and missed.chosen else "",
        teaching(facts, item.skill),
    )  # fmt: skip


SUMMED_UP = ("simulation", "number")
"""Kinds of which many ways of answering are one: how a simulated phone ended, what a number is worth."""


def _alike(key: str, item: Item, response: tuple[str, ...]) -> tuple[str, ...]:
    """The response so that answers which say the same are equal."""
    if item.kind in SUMMED_UP:
        chosen = _chooser(key, item)
        return tuple(one.key for one in chosen(response)) if chosen and response else ()
    return response if item.kind == "order" else tuple(sorted(set(response)))


def _words(item: Item, chosen: tuple[str, ...]) -> str:
    return key_text(item, chosen[0]) if item.kind in SUMMED_UP else said(item, chosen)
