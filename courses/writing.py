"""From a version back to the folder that an author edits.

Loading what is written here gives the same content hash.  What a version does not keep is written
in one way: files are named by skill and bank, the right option stands first, screens and buttons of
a simulated phone keep the names that the service made for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from courses import rules
from courses.item_writing import told_item
from courses.loader import GUIDE
from courses.yaml_text import Inline, InlineList, write_yaml

BANK_FILES = {"practice": "luyen", "certifying": "thi", "measuring": "do"}
"""How the file of a bank ends: items/an-toan-thi.yaml."""
LARGEST_FILE, MOST_ITEMS = 150_000, 100
_SHARED = ("level", "source", "reviewed_on")


def write_files(version: rules.ProgrammeVersion, media: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of a version: path inside the folder (with `/`) → bytes.

    `media` maps SHA-256 to the bytes of the version's drawings; KeyError when one is missing.
    """
    texts = {"programme.yaml": write_yaml(_programme(version))}
    for module in version.modules:
        texts |= _module(module)
    texts |= dict(_item_files(version.items))
    texts |= {f"tasks/{t.id}.yaml": write_yaml(_task(t)) for t in version.observed_tasks}
    drawings = {f"media/{medium.name}": media[medium.sha256] for medium in version.media}
    return {path: _encoded(text) for path, text in texts.items()} | drawings


def _encoded(text: str) -> bytes:
    """UTF-8; the reader takes one byte-order mark off, so a text that begins with one gets another."""
    return (f"\ufeff{text}" if text.startswith("\ufeff") else text).encode()


def _programme(version: rules.ProgrammeVersion) -> dict[str, Any]:
    programme = version.programme
    names = ("code", "title", "summary", "group", "address", "edition")
    plans = sorted(
        version.blueprints, key=lambda p: (p.level, rules.FORM_KINDS.index(p.kind), p.module)
    )
    return {
        "format": rules.FORMAT,
        **{name: getattr(programme, name) for name in names},
        **({"counts_as": programme.counts_as} if programme.counts_as else {}),
        "framework": _fields(programme.framework, "code", "version", "status"),
        "levels": [_fields(level, "code", "title", "hours") for level in programme.levels],
        "skills": [_skill(skill) for skill in programme.skills],
        "modules": [module.code for module in version.modules],
        "blueprints": [_blueprint(plan) for plan in plans],
        "pass_rules": [_pass_rule(rule) for rule in version.pass_rules],
    }


def _fields(record: object, *names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _filled(**given: object) -> dict[str, Any]:
    """The fields that hold something; lists of codes stand on one line."""
    return {name: InlineList(v) if isinstance(v, tuple) else v for name, v in given.items() if v}


def _skill(skill: rules.Skill) -> dict[str, Any]:
    return _fields(skill, "code", "title") | _filled(framework=skill.framework)


def _blueprint(plan: rules.Blueprint) -> dict[str, Any]:
    rows = [
        Inline(_fields(row, "skill", "count") | _filled(difficulty=row.difficulty))
        for row in plan.rows
    ]
    module = {"module": plan.module} if plan.module else {}
    return _fields(plan, "kind", "level") | module | {"rows": rows} | _filled(tasks=plan.tasks)


def _pass_rule(rule: rules.PassRule) -> dict[str, Any]:
    bars = [Inline(_fields(bar, "skill", "share")) for bar in rule.must_pass]
    return (
        _fields(rule, "level", "share")
        | _filled(must_pass=bars, required_tasks=rule.required_tasks)
        | _fields(rule, "tries", "wait_hours")
        | {"certificate": _fields(rule.certificate, "proof", "tasks")}
        | _filled(accommodations=rule.accommodations)
    )


def _module(module: rules.Module) -> dict[str, str]:
    folder = f"modules/{module.code}"
    level = {"level": module.level} if module.level != "basic" else {}
    lessons = [one.code for one in module.lessons]
    head = _fields(module, "title", "summary") | level | {"lessons": lessons}
    texts = {f"{folder}/module.yaml": write_yaml(head)}
    texts |= {
        f"{folder}/{one.code}{GUIDE}": f"{one.guide}\n" for one in module.lessons if one.guide
    }
    return texts | {f"{folder}/{one.code}.md": _lesson(one) for one in module.lessons}


def _lesson(lesson: rules.Lesson) -> str:
    front = _fields(lesson, "title", "minutes") | {
        "skills": InlineList(lesson.skills),
        "sources": list(lesson.sources),
        "reviewed_on": lesson.reviewed_on,
        "take_home": list(lesson.take_home),
    }
    screens = "\n---\n\n".join(map(_screen, lesson.screens))
    return f"---\n{write_yaml(front)}---\n{screens}"


def _screen(screen: rules.Screen) -> str:
    blocks = [f"# {screen.title}"]
    if screen.illustration:
        blocks.append(f"![{screen.illustration.alt}]({_reference(screen.illustration.media)})")
    blocks += [screen.body] if screen.body else []
    blocks += [f"{{practice: {screen.practice}}}"] if screen.practice else []
    return "\n\n".join(blocks) + "\n"


def _reference(name: str) -> str:
    """A lesson may name a drawing with or without the folder, which the reader takes off once."""
    return f"media/{name}" if name.startswith("media/") else name


def _item_files(items: Iterable[rules.Item]) -> Iterator[tuple[str, str]]:
    groups: dict[tuple[str, str], list[rules.Item]] = {}
    for item in items:
        groups.setdefault((item.skill, item.bank), []).append(item)
    for (skill, bank), group in sorted(groups.items()):
        for number, part in enumerate(_parted(group), 1):
            more = f"-{number}" if number > 1 else ""
            yield f"items/{skill}-{BANK_FILES[bank]}{more}.yaml", _item_file(part)


def _parted(group: list[rules.Item]) -> Iterator[list[rules.Item]]:
    """Parts that a reader takes: not too large and not too many questions in a file."""
    part: list[rules.Item] = []
    size = 0
    for item in group:
        length = len(write_yaml(told_item(item, {})).encode())
        if part and (size + length > LARGEST_FILE or len(part) == MOST_ITEMS):
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    yield part


def _item_file(items: list[rules.Item]) -> str:
    shared = {name: _commonest(items, name) for name in _SHARED}
    flag = {} if items[0].bank == "practice" else {items[0].bank: True}
    head = {"skill": items[0].skill, "level": shared["level"]} | flag | shared
    return write_yaml(head | {"items": [told_item(item, shared) for item in items]})


def _commonest(items: list[rules.Item], name: str) -> Any:
    """The value that most items have; of two as common, the one that comes first."""
    return Counter(getattr(item, name) for item in items).most_common(1)[0][0]


def _task(task: rules.ObservedTask) -> dict[str, Any]:
    steps = [{"text": s.text} | ({} if s.must else {"must": False}) for s in task.steps]
    names = ("title", "level", "skill", "prompt", "prepare")
    return _fields(task, *names) | {"steps": steps} | _fields(task, "source", "reviewed_on")
