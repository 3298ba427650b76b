"""What stands on the slip that a learner takes home: what is mastered now, and what to practise next. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from courses.rules import Lesson, ObservedTask, ProgrammeVersion, Skill

MOST_LESSONS = 3
"""What comes next must not frighten."""
LESSON_LINES, TASK_LINES, ALL_LINES = 4, 6, 13
"""A slip is half a sheet: so many printed lines it has room for, in all `ALL_LINES`."""
LARGE_LINES = 9
"""As many fit in large type."""
LINE = 50
"""Characters of a printed line."""

Titled = TypeVar("Titled", ObservedTask, Skill, Lesson)


@dataclass(frozen=True, slots=True)
class Slip:
    """No points and no counts of mistakes: `tasks` were done alone, `skills` are mastered.

    `lessons_done` is how many lessons are finished; `following` the lessons to practise, in order.
    """

    tasks: tuple[ObservedTask, ...]
    skills: tuple[Skill, ...]
    lessons_done: int
    following: tuple[Lesson, ...]

    @property
    def is_beginning(self) -> bool:
        """There is nothing to list yet."""
        return not self.tasks and not self.skills

    @property
    def is_large(self) -> bool:
        """Everything fits in large type."""
        return _used(self.tasks) + _used(self.skills) + _used(self.following) <= LARGE_LINES


def _lines(title: str) -> int:
    return 1 + (len(title) - 1) // LINE


def _used(shown: Sequence[ObservedTask] | Sequence[Skill] | Sequence[Lesson]) -> int:
    return sum(_lines(one.title) for one in shown)


def _fitting(found: Iterable[Titled], room: int) -> tuple[Titled, ...]:
    """The first of them that fit into so many lines."""
    kept: list[Titled] = []
    for one in found:
        room -= _lines(one.title)
        if room < 0:
            break
        kept.append(one)
    return tuple(kept)


def slip_of(
    version: ProgrammeVersion,
    level: str,
    done: Collection[str],
    seen: Mapping[str, str],
    attempts: Iterable[Mapping[str, bool]],
) -> Slip:
    """The slip of one learner.

    `done` are codes of finished lessons, `seen` task → newest verdict, `attempts` skill → mastered
    for each attempt that was handed in, the oldest first: the newest that asked for a skill decides.
    """
    now: dict[str, bool] = {}
    for one in attempts:
        now.update(one)
    lessons = version.lessons_at(level)
    following = _fitting(_following(lessons, done, now)[:MOST_LESSONS], LESSON_LINES)
    can_do = (one for one in version.tasks(level) if seen.get(one.id) == "can_do")
    tasks = _fitting(can_do, TASK_LINES)
    mastered = (one for one in version.programme.skills if now.get(one.code))
    skills = _fitting(mastered, ALL_LINES - _used(following) - _used(tasks))
    return Slip(tasks, skills, sum(one.code in done for one in lessons), following)


def _following(
    lessons: Iterable[Lesson], done: Collection[str], now: Mapping[str, bool]
) -> tuple[Lesson, ...]:
    """First what was learned and is not mastered, then what was not learned yet."""
    weak = {skill for skill, mastered in now.items() if not mastered}
    again = [one for one in lessons if one.code in done and weak.intersection(one.skills)]
    return (*again, *(one for one in lessons if one.code not in done))
