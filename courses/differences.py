"""What a new version changes against an older one, thing by thing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.question_words import FORM_NAMES, LEVEL_NAMES
from courses.rules import ProgrammeVersion
from lms.core.i18n import _


@dataclass(frozen=True, slots=True)
class Difference:
    """Things of one sort, by the names people know them by."""

    what: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        return bool(self.added or self.changed or self.removed)


Named = Mapping[str, tuple[str, object]]
"""Code → what it is called, and the thing itself."""


def differences(old: ProgrammeVersion | None, new: ProgrammeVersion) -> tuple[Difference, ...]:
    """Lessons, questions, tasks, forms and pictures that differ; against nothing all are new."""
    was, now = _things(old) if old else {}, _things(new)
    found = (_difference(what, was.get(what, {}), held) for what, held in now.items())
    return tuple(difference for difference in found if difference.is_any)


def _things(version: ProgrammeVersion) -> dict[str, Named]:
    forms: list[tuple[str, object]] = [
        (" ".join(filter(None, (f"{FORM_NAMES[p.kind]} ({LEVEL_NAMES[p.level]})", p.module))), p)
        for p in version.blueprints
    ]
    forms += [
        (_("Cách đạt (%(level)s)", level=LEVEL_NAMES[rule.level]), rule)
        for rule in version.pass_rules
    ]
    return {
        _("Tên, giới thiệu, kỹ năng"): {"": (version.programme.title, version.programme)},
        _("Bài học"): {lesson.code: (lesson.title, lesson) for lesson in version.lessons},
        _("Câu hỏi"): {item.id: (item.id, item) for item in version.items},
        _("Bài thực hành"): {task.id: (task.title, task) for task in version.observed_tasks},
        _("Đề và cách tính đạt"): {name: (name, form) for name, form in forms},
        _("Hình"): {medium.name: (medium.name, medium) for medium in version.media},
    }


def _difference(what: str, was: Named, now: Named) -> Difference:
    return Difference(
        what,
        added=_names(now, now.keys() - was.keys()),
        changed=_names(now, (key for key in now.keys() & was.keys() if now[key][1] != was[key][1])),
        removed=_names(was, was.keys() - now.keys()),
    )


def _names(held: Named, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(held[key][0] for key in keys))
