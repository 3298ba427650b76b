"""What a certificate says was learned: the skills, tasks and competences of a programme up to a level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from courses.rules import LEVELS, ProgrammeVersion


@dataclass(frozen=True, slots=True)
class Taught:
    """Titles and codes as the version that was taught has them; Claims keeps them under these names."""

    skills: tuple[str, ...]
    tasks: tuple[str, ...]
    frameworks: tuple[str, ...]


def taught(version: ProgrammeVersion, level: str) -> Taught:
    """What is taught up to a level: skills by their order in the programme, tasks by the pass rule."""
    modules = [one for one in version.modules if LEVELS.index(one.level) <= LEVELS.index(level)]
    named = {code for module in modules for lesson in module.lessons for code in lesson.skills}
    skills = [skill for skill in version.programme.skills if skill.code in named]
    rule = version.pass_rule(level)
    tasks = rule.required_tasks if rule.certificate.tasks else ()
    return Taught(
        tuple(skill.title for skill in skills),
        tuple(version.task(task).title for task in tasks),
        _once(code for skill in skills for code in skill.framework),
    )


def _once(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))
