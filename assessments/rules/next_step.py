"""One next lesson for one person, and why: from the lessons done and the skills that were missed last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LessonAt:
    """A lesson of the class in its order. `state`: new, begun or done."""

    code: str
    skills: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class SkillAt:
    """How a skill went in the newest form that asked for it."""

    code: str
    points: int
    most: int
    mastered: bool

    @property
    def missed(self) -> int:
        """How many of its questions were not right."""
        return self.most - self.points


@dataclass(frozen=True, slots=True)
class Step:
    """The lesson to open. `why`: begun (goes on with it), missed (new, and it teaches what was missed), again
    (learned, and what it teaches was missed) or next; `skill` is the one that was missed."""

    lesson: str
    why: str
    skill: SkillAt | None = None


def newest(forms: Iterable[Mapping[str, SkillAt]]) -> list[SkillAt]:
    """Of forms, the oldest first, the newest that asked for a skill decides."""
    found: dict[str, SkillAt] = {}
    for form in forms:
        found.update(form)
    return list(found.values())


def next_step(lessons: Sequence[LessonAt], skills: Iterable[SkillAt]) -> Step | None:
    """What is begun is gone on with; then what was missed; then the class's order. None: all is well."""
    begun = next((one for one in lessons if one.state == "begun"), None)
    if begun:
        return Step(begun.code, "begun")
    weak = sorted((s for s in skills if not s.mastered and s.most), key=lambda s: s.points / s.most)
    following = next((one for one in lessons if one.state == "new"), None)
    taught = next((skill for skill in weak if following and skill.code in following.skills), None)
    if following and taught:
        return Step(following.code, "missed", taught)
    return _again(lessons, weak) or (Step(following.code, "next") if following else None)


def _again(lessons: Sequence[LessonAt], weak: Iterable[SkillAt]) -> Step | None:
    """The weakest skill that a learned lesson teaches; of several the one that teaches least besides."""
    for skill in weak:
        done = [one for one in lessons if one.state == "done" and skill.code in one.skills]
        if done:
            return Step(min(done, key=lambda one: len(one.skills)).code, "again", skill)
    return None
