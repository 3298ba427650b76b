"""Advice to authors: what the loader accepts and a good programme should still not have.

`courses.checks` refuses what cannot work; this points at what reads badly, tells the key away, or
leaves a skill without questions.  The shipped library has to be free of advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from courses.actions import guess_chances, per_cent
from courses.advice.banks import bank_advice
from courses.advice.finding import Advice
from courses.advice.items import item_advice
from courses.advice.leaks import leak_advice
from courses.advice.lessons import lesson_advice
from courses.chance import MOST_GUESSERS
from courses.loader import LoadedProgramme, load_files
from courses.problems import ContentError, Problem
from courses.reading_level import Reading, lesson_level
from courses.rules import ProgrammeVersion
from lms.core.i18n import _

__all__ = ["Advice", "Checked", "Figures", "advise", "check_files", "check_loaded"]


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of every programme, good or bad.

    `chances`: level → the chance that a blind guesser passes in any of the tries. `levels`: lesson's
    code → what was counted of its text.
    """

    chances: Mapping[str, Fraction]
    levels: Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class Checked:
    """Problems keep a programme from being published, advice does not; both by file and line.

    `loaded` and `figures` are None when the files cannot be read at all.
    """

    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...] = ()
    loaded: LoadedProgramme | None = None
    figures: Figures | None = None

    @property
    def version(self) -> ProgrammeVersion | None:
        return self.loaded.version if self.loaded else None


def advise(version: ProgrammeVersion) -> tuple[Advice, ...]:
    """All advice for one programme, sorted by place."""
    found = [*lesson_advice(version), *item_advice(version)]
    found += [*leak_advice(version), *bank_advice(version)]
    return tuple(sorted(set(found)))


def check_files(files: Mapping[str, bytes]) -> Checked:
    """Everything there is to say about a programme's files (path → bytes)."""
    try:
        loaded = load_files(files)
    except ContentError as error:
        return Checked(error.problems)
    return check_loaded(loaded)


def check_loaded(loaded: LoadedProgramme) -> Checked:
    """The same for a programme that has been read."""
    version, places = loaded.version, loaded.places
    chances = guess_chances(version)
    advice = {
        Problem(*places.get(one.key, ("programme.yaml", 1)), one.message) for one in advise(version)
    }
    figures = Figures(chances, {lesson.code: lesson_level(lesson) for lesson in version.lessons})
    problems = tuple(sorted(_easy_to_guess(loaded, chances)))
    return Checked(problems, tuple(sorted(advice)), loaded, figures)


def _easy_to_guess(loaded: LoadedProgramme, chances: Mapping[str, Fraction]) -> Iterator[Problem]:
    for level, chance in chances.items():
        if chance > MOST_GUESSERS:
            place = loaded.places.get(("blueprint", f"certifying/{level}"), ("programme.yaml", 1))
            message = _(
                "Đề thi dễ đoán quá: bấm bừa cũng đạt với khả năng %(chance)s, nhiều nhất được 1%%. "
                "Hãy hỏi nhiều câu hơn, thêm phương án hoặc nâng tỷ lệ đạt.",
                chance=per_cent(chance),
            )
            yield Problem(*place, message)
