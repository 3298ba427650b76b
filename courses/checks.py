"""What must agree across the files of a programme: references, keys, pools, pass rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from courses.activities import KINDS, Fault
from courses.faults import words
from courses.frameworks import catalogues, is_known, known_edition
from courses.problems import Problem
from courses.rules import (
    MEASURING_KINDS,
    Blueprint,
    Item,
    Lesson,
    PassRule,
    ProgrammeVersion,
)
from lms.core.i18n import _

Places = Mapping[tuple[str, str], tuple[str, int]]
"""(what, id) → (file, line) for skills, items, tasks, lessons, screens, blueprints, pass rules."""


def content_problems(version: ProgrammeVersion, places: Places) -> list[Problem]:
    """Every problem found, each at the file and line of the thing that has it."""
    found = [
        *_framework(version),
        *_skill_uses(version),
        *_item_keys(version, places),
        *_lesson_parts(version),
    ]
    found += [*_blueprints(version), *_measuring(version), *_pass_rules(version)]
    found += _media_uses(version)
    return [Problem(*places.get(what, ("programme.yaml", 1)), message) for what, message in found]


Finding = tuple[tuple[str, str], str]


def _skill_uses(version: ProgrammeVersion) -> Iterator[Finding]:
    known = {skill.code for skill in version.programme.skills}
    uses = [(("item", item.id), item.skill) for item in version.items]
    uses += [(("task", task.id), task.skill) for task in version.observed_tasks]
    uses += [
        (("lesson", lesson.code), skill) for lesson in version.lessons for skill in lesson.skills
    ]
    uses += [(_form_place(plan), row.skill) for plan in version.blueprints for row in plan.rows]
    uses += [(("pass_rule", r.level), bar.skill) for r in version.pass_rules for bar in r.must_pass]
    for place, skill in uses:
        if skill not in known:
            yield place, _("Kỹ năng “%(skill)s” không có trong programme.yaml.", skill=skill)
    for one in version.programme.skills:
        for reference in one.framework:
            if not is_known(reference):
                yield ("skill", one.code), _unknown_reference(reference)


def _framework(version: ProgrammeVersion) -> Iterator[Finding]:
    own = version.programme.framework
    if not known_edition(own.code, own.version):
        editions = ", ".join(f"{one.code} {one.version}" for one in catalogues().values())
        message = _("Không có khung ở phiên bản này; các khung đang có: %(known)s.", known=editions)
        yield ("framework", own.code), message


def _unknown_reference(reference: str) -> str:
    return _(
        "Không có năng lực “%(name)s”. Viết mã khung, dấu hai chấm, mã năng lực; các khung đang có: %(known)s.",
        name=reference, known=", ".join(catalogues()),
    )  # fmt: skip


def _item_keys(version: ProgrammeVersion, places: Places) -> Iterator[Finding]:
    for item in version.items:
        if item.certifying and item.measuring:
            message = _("Một câu chỉ thuộc một ngân hàng: certifying hoặc measuring.")
            yield ("item", item.id), message
        for fault in KINDS[item.kind].faults(item):
            yield _fault_place(item, fault, places), words(fault)


def _fault_place(item: Item, fault: Fault, places: Places) -> tuple[str, str]:
    part = ("part", f"{item.id}/{fault.part}")
    return part if fault.part and part in places else ("item", item.id)


def _lesson_parts(version: ProgrammeVersion) -> Iterator[Finding]:
    items = {item.id: item for item in version.items}
    for lesson in version.lessons:
        for number, screen in enumerate(lesson.screens, 1):
            place = ("screen", f"{lesson.code}/{number}")
            if screen.practice is not None:
                yield from ((place, message) for message in _practice(screen.practice, items))


def _practice(item_id: str, items: Mapping[str, Item]) -> Iterator[str]:
    if item_id not in items:
        yield _("Không có câu hỏi “%(id)s” trong thư mục items.", id=item_id)
    elif items[item_id].secret:
        yield _("Câu “%(id)s” là câu thi hoặc câu đo, không dùng để luyện trong bài.", id=item_id)


def _form_place(plan: Blueprint) -> tuple[str, str]:
    return "blueprint", plan.code


def _blueprints(version: ProgrammeVersion) -> Iterator[Finding]:
    levels = {level.code for level in version.programme.levels}
    for plan in version.blueprints:
        if plan.level not in levels:
            yield (
                _form_place(plan),
                _("Chương trình không có mức độ “%(level)s”.", level=plan.level),
            )
        yield from ((_form_place(plan), message) for message in _rows(version, plan))
        yield from ((_form_place(plan), message) for message in _quiz(version, plan))
    for module in version.modules:
        if module.level not in levels:
            message = _("Chương trình không có mức độ “%(level)s”.", level=module.level)
            yield ("module", module.code), message


def _quiz(version: ProgrammeVersion, plan: Blueprint) -> Iterator[str]:
    if plan.module and plan.kind != "practice":
        yield _("Chỉ câu ôn học phần (practice) mới ghi “module”.")
    if plan.module and plan.module not in {
        module.code for module in version.modules_at(plan.level)
    }:
        yield _("Mức này không có học phần “%(module)s”.", module=plan.module)


def _rows(version: ProgrammeVersion, plan: Blueprint) -> Iterator[str]:
    for row in plan.rows:
        held = len(version.pool(plan.kind, plan.level, row))
        if held < row.count:
            yield _(
                "Kỹ năng “%(skill)s” cần %(count)s câu mà ngân hàng chỉ có %(held)s câu hợp.",
                skill=row.skill, count=row.count, held=held,
            )  # fmt: skip
    for one, other in combinations(plan.rows, 2):
        apart = (
            one.difficulty and other.difficulty and not set(one.difficulty) & set(other.difficulty)
        )
        if one.skill == other.skill and not apart:
            yield _("Hai dòng cùng kỹ năng “%(skill)s” phải khác hẳn độ khó.", skill=one.skill)


def _measuring(version: ProgrammeVersion) -> Iterator[Finding]:
    """Forms that are compared must ask the same: the same skills, counts and tasks."""
    tasks = {task.id for task in version.observed_tasks}
    plans = {(plan.kind, plan.level): plan for plan in version.blueprints}
    for plan in version.blueprints:
        if plan.tasks and plan.kind not in MEASURING_KINDS:
            yield _form_place(plan), _("Chỉ đề đầu vào, đầu ra và đề nhắc lại mới có “tasks”.")
        for task in plan.tasks:
            if task not in tasks:
                message = _("Không có bài thực hành “%(task)s” trong thư mục tasks.", task=task)
                yield _form_place(plan), message
        first = plans.get(("entry", plan.level))
        if plan.kind in MEASURING_KINDS and first and _asks(first) != _asks(plan):
            message = _("Đề này phải hỏi đúng như đề đầu vào: cùng kỹ năng, số câu và độ khó.")
            yield _form_place(plan), message


def _asks(plan: Blueprint) -> list[tuple[str, int, tuple[int, ...]]]:
    return sorted((row.skill, row.count, row.difficulty) for row in plan.rows)


def _pass_rules(version: ProgrammeVersion) -> Iterator[Finding]:
    for level in version.programme.levels:
        if not version.modules_at(level.code):
            message = _("Mức độ “%(level)s” chưa có học phần nào.", level=level.code)
            yield ("level", level.code), message
        if level.code not in {rule.level for rule in version.pass_rules}:
            message = _("Mức độ “%(level)s” chưa có điều kiện đạt (pass_rules).", level=level.code)
            yield ("level", level.code), message
        if ("certifying", level.code) not in {(p.kind, p.level) for p in version.blueprints}:
            message = _(
                "Mức độ “%(level)s” chưa có cấu trúc đề thi (certifying).", level=level.code
            )
            yield ("level", level.code), message
    for rule in version.pass_rules:
        yield from ((("pass_rule", rule.level), message) for message in _pass_rule(version, rule))


def _pass_rule(version: ProgrammeVersion, rule: PassRule) -> Iterator[str]:
    tasks = {task.id for task in version.observed_tasks}
    for task in rule.required_tasks:
        if task not in tasks:
            yield _("Không có bài thực hành “%(task)s” trong thư mục tasks.", task=task)
    asked = {
        row.skill
        for plan in version.blueprints
        if (plan.kind, plan.level) == ("certifying", rule.level)
        for row in plan.rows
    }
    for bar in rule.must_pass:
        if bar.skill not in asked:
            yield _("Kỹ năng bắt buộc “%(skill)s” không có câu nào trong đề thi.", skill=bar.skill)


def _illustrations(version: ProgrammeVersion) -> Iterator[tuple[tuple[str, str], str]]:
    for lesson in version.lessons:
        yield from _screen_illustrations(lesson)
    for item in version.items:
        if item.illustration:
            yield ("item", item.id), item.illustration.media
        for part in item.simulation.all_parts if item.simulation else ():
            if part.media:
                yield ("item", item.id), part.media


def _screen_illustrations(lesson: Lesson) -> Iterator[tuple[tuple[str, str], str]]:
    for number, screen in enumerate(lesson.screens, 1):
        if screen.illustration:
            yield ("screen", f"{lesson.code}/{number}"), screen.illustration.media


def _media_uses(version: ProgrammeVersion) -> Iterator[Finding]:
    held = {medium.name for medium in version.media}
    used = list(_illustrations(version))
    for place, name in used:
        if name not in held:
            yield place, _("Không có hình “%(name)s” trong thư mục media.", name=name)
    for name in sorted(held - {name for _place, name in used}):
        yield ("media", name), _("Hình này không được dùng ở đâu cả. Hãy dùng hoặc bỏ đi.")
