"""Read a content folder into a `ProgrammeVersion`, or say with file and line why not.

The folder's parts are described in docs/authoring.md.  Only authors' tools and `shipped_programmes`
read folders; the running service reads the canonical JSON it has stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, TypeVar

from courses import rules, schemas
from courses.checks import Places, content_problems
from courses.drawings import MEDIA_TYPE, drawing_faults
from courses.folders import read_folder
from courses.item_reading import read_items
from courses.problems import ContentError, Problem
from courses.reader import Reader, checked
from courses.reading import ScreenText, read_yaml, split_lesson
from courses.sharing import shared_modules, with_shared
from lms.core.i18n import _

MAX_SCREENS = 20
GUIDE = ".huong-dan.md"
LONGEST_GUIDE = 3500
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class LoadedProgramme:
    """A version, its canonical JSON, the bytes of its media by SHA-256, and where each thing stands."""

    version: rules.ProgrammeVersion
    canonical: str
    media: Mapping[str, bytes]
    places: Places = field(default_factory=dict)


def load_folder(
    folder: Traversable, shared: Mapping[str, Mapping[str, bytes]] = MappingProxyType({})
) -> LoadedProgramme:
    """Read a programme from a folder (a pathlib.Path or a package resource).

    `shared` are the modules that stand beside it (see courses.sharing). Raises ContentError with the
    problems found.
    """
    return load_files(with_shared(read_folder(folder), shared))


def load_files(content: Mapping[str, bytes]) -> LoadedProgramme:
    """Read a programme from its files: path inside the folder (with `/`) → bytes.

    Raises ContentError: first with everything that cannot be read, and once all can be read, with
    everything that does not agree.
    """
    reader = Reader(content)
    version = _version(reader)
    if version is None:
        raise ContentError(reader.problems)
    found = [*_strays(reader), *content_problems(version, reader.places)]
    if found:
        raise ContentError(found)
    blobs = {hashlib.sha256(blob).hexdigest(): blob for _name, blob in _drawings(content)}
    return LoadedProgramme(version, rules.canonical(version), blobs, reader.places)


@cache
def shipped_programmes() -> tuple[LoadedProgramme, ...]:
    """The programmes that come with the service, in the order of their codes."""
    library = files("courses") / "library"
    folders = sorted((f for f in library.iterdir() if f.is_dir()), key=lambda f: f.name)
    shared = shared_modules(library)
    return tuple(load_folder(f, shared) for f in folders if (f / "programme.yaml").is_file())


def _version(reader: Reader) -> rules.ProgrammeVersion | None:
    head = reader.tried(_head, reader)
    media = [reader.tried(_medium, name, blob) for name, blob in _drawings(reader.files)]
    items = [
        part
        for file in _named_files(reader, "items/", ".yaml")
        for part in read_items(reader, file)
    ]
    tasks = [reader.tried(_task, reader, f) for f in _named_files(reader, "tasks/", ".yaml")]
    if head is None:
        return None
    modules = [reader.tried(_module, reader, code) for code in head["modules"]]
    if reader.problems:
        return None
    return rules.freeze(
        programme=_programme(head),
        modules=_present(modules),
        items=_present(items),
        observed_tasks=_present(tasks),
        blueprints=[_blueprint(plan) for plan in head["blueprints"]],
        pass_rules=[_pass_rule(rule) for rule in head["pass_rules"]],
        media=_present(media),
    )


def _present(made: list[Made | None]) -> list[Made]:
    return [part for part in made if part is not None]


def _named_files(reader: Reader, start: str, end: str) -> list[str]:
    return sorted(f for f in reader.files if f.startswith(start) and f.endswith(end))


def _strays(reader: Reader) -> Iterator[Problem]:
    for file in sorted(reader.files):
        known = file in reader.read or (file.startswith("media/") and file.endswith(".svg"))
        if not known:
            yield Problem(file, 0, _("Tệp này không được nhắc tới trong chương trình."))


def _head(reader: Reader) -> dict[str, Any]:
    file = "programme.yaml"
    document = read_yaml(file, reader.text(file, file))
    data = checked(document, schemas.ProgrammeIn(), document.data)
    for name, what in (("levels", "level"), ("skills", "skill")):
        for i, part in enumerate(data[name]):
            reader.note(what, part["code"], document, name, i)
    reader.note("framework", data["framework"]["code"], document, "framework")
    for i, plan in enumerate(data["blueprints"]):
        named = filter(None, (plan["kind"], plan["level"], plan["module"]))
        reader.note("blueprint", "/".join(named), document, "blueprints", i)
    for i, rule in enumerate(data["pass_rules"]):
        reader.note("pass_rule", rule["level"], document, "pass_rules", i)
    for i, code in enumerate(data["modules"]):
        reader.note("module", code, document, "modules", i)
    return data


def _programme(head: dict[str, Any]) -> rules.Programme:
    return rules.Programme(
        **{
            name: head[name]
            for name in ("code", "title", "summary", "group", "address", "edition", "counts_as")
        },
        framework=rules.Framework(**head["framework"]),
        levels=tuple(rules.Level(**level) for level in head["levels"]),
        skills=tuple(
            rules.Skill(s["code"], s["title"], tuple(s["framework"])) for s in head["skills"]
        ),
    )


def _blueprint(plan: dict[str, Any]) -> rules.Blueprint:
    rows = (
        rules.BlueprintRow(row["skill"], row["count"], tuple(sorted(row["difficulty"])))
        for row in plan["rows"]
    )
    tasks, module = tuple(plan["tasks"]), plan["module"]
    return rules.Blueprint(plan["kind"], plan["level"], tuple(rows), tasks, module)


def _pass_rule(rule: dict[str, Any]) -> rules.PassRule:
    return rules.PassRule(
        **{name: rule[name] for name in ("level", "share", "tries", "wait_hours")},
        must_pass=tuple(rules.SkillBar(**bar) for bar in rule["must_pass"]),
        required_tasks=tuple(rule["required_tasks"]),
        certificate=rules.CertificateRule(**(rule["certificate"] or {})),
        accommodations=tuple(rule["accommodations"]),
    )


def _module(reader: Reader, code: str) -> rules.Module:
    file = f"modules/{code}/module.yaml"
    document = read_yaml(file, reader.text(file, "programme.yaml"))
    data = checked(document, schemas.ModuleIn(), document.data)
    lessons = [reader.tried(_lesson, reader, f"modules/{code}/", one) for one in data["lessons"]]
    told = (data["title"], data["summary"], tuple(_present(lessons)), data["level"])
    return rules.Module(code, *told)


def _lesson(reader: Reader, folder: str, code: str) -> rules.Lesson:
    file = f"{folder}{code}.md"
    front, blocks = split_lesson(file, reader.text(file, f"{folder}module.yaml"))
    data = checked(front, schemas.LessonIn(), front.data)
    reader.note("lesson", code, front)
    for number, block in enumerate(blocks, 1):
        reader.places["screen", f"{code}/{number}"] = (file, block.line)
    if len(blocks) > MAX_SCREENS:
        raise ContentError(
            [Problem(file, 0, _("Bài dài quá 20 màn hình. Hãy chia thành hai bài."))]
        )
    screens = tuple(_screen(reader, file, block) for block in blocks)
    lists = {name: tuple(data[name]) for name in ("skills", "sources", "take_home")}
    guide = f"{folder}{code}{GUIDE}"
    return rules.Lesson(
        code,
        data["title"],
        data["minutes"],
        reviewed_on=data["reviewed_on"],
        screens=screens,
        guide=_guide(reader, guide) if guide in reader.files else "",
        **lists,
    )


def _guide(reader: Reader, file: str) -> str:
    """The page for the trainer beside a lesson: Markdown without pictures and HTML."""
    text = reader.text(file, file).strip()
    for number, line in enumerate(text.split("\n"), 1):
        if "![" in line or "<" in line:
            message = _("Trang hướng dẫn chỉ có chữ: không hình, không thẻ HTML.")
            reader.problems.append(Problem(file, number, message))
    if not 0 < len(text) <= LONGEST_GUIDE:
        message = _("Trang hướng dẫn cần từ 1 đến 3.500 ký tự, vừa một trang giấy.")
        reader.problems.append(Problem(file, 0, message))
    return text


def _screen(reader: Reader, file: str, block: ScreenText) -> rules.Screen:
    def wrong(line: int, message: str) -> None:
        reader.problems.append(Problem(file, line, message))

    if not block.title:
        wrong(block.line, _("Màn hình phải mở đầu bằng dòng “# Tựa màn hình”."))
    if not block.body and not block.practices:
        wrong(block.line, _("Màn hình chưa có nội dung."))
    if "![" in block.body or "<" in block.body:
        wrong(block.line, _("Hình phải đứng riêng một dòng; không dùng thẻ HTML trong bài."))
    if len(block.images) > 1 or len(block.practices) > 1:
        wrong(block.line, _("Mỗi màn hình nhiều nhất một hình và một câu luyện."))
    for line, alt, _media in block.images:
        if not alt:
            wrong(line, _("Hình thiếu lời tả: viết vào giữa hai dấu ngoặc vuông ![…]."))
    pictures = [rules.Illustration(m.removeprefix("media/"), alt) for _l, alt, m in block.images]
    practices = [item for _line, item in block.practices]
    return rules.Screen(
        block.title, block.body, next(iter(pictures), None), next(iter(practices), None)
    )


def _task(reader: Reader, file: str) -> rules.ObservedTask:
    document = read_yaml(file, reader.text(file, file))
    data = checked(document, schemas.TaskIn(), document.data)
    code = file.removeprefix("tasks/").removesuffix(".yaml")
    reader.note("task", code, document)
    steps = tuple(
        rules.TaskStep(f"s{number}", step["text"], step["must"])
        for number, step in enumerate(data.pop("steps"), 1)
    )
    return rules.ObservedTask(id=code, steps=steps, **data)


def _drawings(content: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The drawings by name, with plain line ends so that a checkout on Windows hashes the same."""
    for file in sorted(content):
        if file.startswith("media/") and file.endswith(".svg"):
            yield file.removeprefix("media/"), content[file].replace(b"\r\n", b"\n")


def _medium(name: str, blob: bytes) -> rules.Media:
    found = drawing_faults(blob)
    if found:
        raise ContentError([Problem(f"media/{name}", one.line, one.message) for one in found])
    return rules.Media(name, hashlib.sha256(blob).hexdigest(), MEDIA_TYPE, len(blob))
