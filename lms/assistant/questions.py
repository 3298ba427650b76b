"""A question of a learner or of staff, answered from the lessons they may open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assessments import queries as assessments_queries
from assessments.queries import Desk
from courses import queries as courses_queries
from courses.asking.answering import answer
from courses.asking.index import Index, Passage
from courses.asking.lexicon import lexicon
from courses.asking.words import LONGEST
from courses.rules import Lesson, ProgrammeVersion, Screen
from lms.assistant import counts, model
from lms.assistant.pace import PACE
from lms.assistant.shelf import index_of
from lms.core import web
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.text import clean


@dataclass(frozen=True)
class Place:
    """A screen of a lesson as it is shown and opened; behind the last one stand the lines to take home."""

    version: ProgrammeVersion
    lesson: Lesson
    screen: int

    @property
    def title(self) -> str:
        """The heading of the screen."""
        return _("Điều cần nhớ mang về") if self.is_review else self._screen.title

    @property
    def body(self) -> str:
        """Its text as Markdown."""
        lines = "\n".join(f"- {line}" for line in self.lesson.take_home)
        return lines if self.is_review else self._screen.body

    @property
    def is_review(self) -> bool:
        """Whether these are the lines to take home."""
        return self.screen > len(self.lesson.screens)

    @property
    def _screen(self) -> Screen:
        return self.lesson.screens[self.screen - 1]


@dataclass(frozen=True)
class Said:
    """What is told to a question. `quoted`: sentences of a language model, all of them borne by lessons."""

    question: str
    place: Place | None
    beside: tuple[Place, ...]
    happened: bool
    quoted: tuple[str, ...] = ()


def of_learner(session: Session, who: Actor, typed: str) -> Said:
    """From the lessons of the learner's class; Conflict while a test is open."""
    desk = assessments_queries.desk(session, who)
    require_no_test(session, desk)
    index = index_of([desk.version], desk.cohort.level)
    return _said("learner", _checked(who, typed), index, [desk.version])


def of_staff(session: Session, who: Actor, typed: str, programme: str = "") -> Said:
    """From the newest version of a programme of the commune, or of all of them."""
    versions = [v for v in taught(session, who) if programme in ("", v.code)]
    return _said("staff", _checked(who, typed), index_of(versions), versions)


def taught(session: Session, who: Actor) -> list[ProgrammeVersion]:
    """The newest version of each programme that the commune may teach."""
    rows = courses_queries.newest(session, who.commune)
    return [courses_queries.version(session, row.id) for row in rows]


def require_no_test(session: Session, desk: Desk) -> None:
    """Conflict while the learner is in a test: the lessons must not answer it."""
    if assessments_queries.exam_card(session, desk).open_attempt:
        raise Conflict(_("Đang làm bài kiểm tra. Nộp bài xong thì mời hỏi tiếp."))


def _checked(who: Actor, typed: str) -> str:
    question = clean(typed)
    if not question:
        words = _("Mời gõ điều muốn hỏi vào ô, ví dụ: mất điện thoại thì làm sao?")
        raise Invalid(words, fields={"cau": [words]})
    if len(question) > LONGEST:
        words = _("Câu hỏi dài quá. Mời hỏi gọn trong một hai câu.")
        raise Invalid(words, fields={"cau": [words]})
    PACE.count(who.session_id or who.key)
    return question


def _said(asker: str, question: str, index: Index, versions: Sequence[ProgrammeVersion]) -> Said:
    """The answer with the lessons it names; a language model is asked only where a lesson answers."""
    found = answer(index, lexicon(), question)
    by_code = {version.code: version for version in versions}
    beside = tuple(place_of(by_code, one) for one in found.beside)
    if found.answer is None:
        counts.count(asker, found)
        return Said(question, None, beside, found.happened)
    quoted = model.told(web.settings(), question, [found.answer, *found.beside])
    counts.count(asker, found, by_model=bool(quoted))
    place = place_of(by_code, found.answer)
    return Said(question, place, beside, found.happened, quoted)


def place_of(versions: Mapping[str, ProgrammeVersion], passage: Passage) -> Place:
    """Where a passage stands."""
    code, _slash, lesson = passage.key.partition("/")
    return Place(versions[code], versions[code].lesson(lesson), passage.screen)
