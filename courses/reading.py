"""Read YAML and Markdown so that every value knows its line, and nothing surprising gets in.

All YAML scalars stay text ("no", "012" and "2026-11-21" are what the author typed); the schemas give
them types.  Aliases, anchors, tags and repeated keys are refused, so a small file cannot blow up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.reader import Reader

from courses.problems import ContentError, Problem
from courses.yaml_words import yaml_words
from lms.core.i18n import _

LOADER: type[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""The loader in C, where the wheel has it, reads the library twelve times as fast; both agree on every line."""
MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 50_000
"""A file of 200 questions has about 10,000."""
Path = tuple[str | int, ...]

_PRACTICE = re.compile(r"\{practice: *([a-z0-9-]+)\}")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)\)")


@dataclass(slots=True)
class Document:
    """`data` is plain (dict, list, str); `lines` gives the line of each value by its path."""

    file: str
    data: Any
    lines: dict[Path, int]

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at the nearest known value on the way to `path`."""
        while path and path not in self.lines:
            path = path[:-1]
        return Problem(self.file, self.lines.get(path, 1), message)


@dataclass(slots=True)
class ScreenText:
    """One screen of a lesson as written: title, body and what stands on lines of its own."""

    line: int
    title: str = ""
    body: str = ""
    images: list[tuple[int, str, str]] = field(default_factory=list)
    practices: list[tuple[int, str]] = field(default_factory=list)


def read_text(file: str, content: bytes) -> str:
    """UTF-8 text in NFC with plain line ends; a byte-order mark is dropped."""
    if len(content) > MAX_BYTES:
        raise _refused(file, 0, _("Tệp lớn quá 256 KB. Hãy chia thành nhiều tệp nhỏ."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _("Tệp không phải chữ UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.")
        raise _refused(file, line, message) from error
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def read_yaml(file: str, text: str, first_line: int = 1) -> Document:
    """Parse one YAML document whose first line is line `first_line` of the file."""
    try:
        _refuse_tricks(file, text, first_line)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else first_line
        message = _("YAML viết sai: %(why)s.", why=yaml_words(error.problem or ""))
        raise _refused(file, line, message) from error
    except yaml.YAMLError as error:
        odd = Reader.NON_PRINTABLE.search(text)
        line = first_line + text.count("\n", 0, odd.start() if odd else 0)
        raise _refused(file, line, _("Dòng này có ký tự mà YAML không nhận.")) from error
    if node is None:
        raise _refused(file, first_line, _("Tệp trống."))
    document = Document(file, None, {})
    document.data = _built(document, node, (), first_line)
    return document


def _refused(file: str, line: int, message: str) -> ContentError:
    return ContentError([Problem(file, line, message)])


def _refuse_tricks(file: str, text: str, first_line: int) -> None:
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        line = first_line + (event.start_mark.line if event.start_mark else 0)
        if count > MAX_VALUES:
            raise _refused(file, line, _("Tệp có quá nhiều mục. Hãy chia thành nhiều tệp."))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused(
                file, line, _("Không dùng bí danh YAML (dấu & và *). Hãy viết lại nội dung đó.")
            )
        if getattr(event, "tag", None):
            raise _refused(file, line, _("Không dùng thẻ YAML (dấu !)."))
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise _refused(file, line, _("Các mục lồng nhau quá sâu."))


def _built(document: Document, node: yaml.Node, path: Path, first_line: int) -> Any:
    document.lines[path] = first_line + node.start_mark.line
    if isinstance(node, yaml.MappingNode):
        return _built_mapping(document, node, path, first_line)
    if isinstance(node, yaml.SequenceNode):
        return [_built(document, part, (*path, i), first_line) for i, part in enumerate(node.value)]
    return str(node.value).strip()


def _built_mapping(
    document: Document, node: yaml.MappingNode, path: Path, first_line: int
) -> dict[str, Any]:
    built: dict[str, Any] = {}
    for key, part in node.value:
        line = first_line + key.start_mark.line
        if not isinstance(key, yaml.ScalarNode):
            raise _refused(document.file, line, _("Tên trường phải là chữ."))
        if key.value in built:
            message = _("Trường “%(name)s” viết hai lần.", name=key.value)
            raise _refused(document.file, line, message)
        built[key.value] = _built(document, part, (*path, key.value), first_line)
        document.lines[(*path, key.value)] = line
    return built


def split_lesson(file: str, text: str) -> tuple[Document, list[ScreenText]]:
    """Front matter and screens of a lesson. Screens are parted by a line `---`."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        raise _refused(file, 1, _("Bài học phải bắt đầu bằng phần đầu nằm giữa hai dòng “---”."))
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        raise _refused(file, 1, _("Phần đầu chưa khép: thiếu dòng “---” thứ hai."))
    front = read_yaml(file, "\n".join(lines[1:end]), first_line=2)
    return front, _split_screens(lines[end + 1 :], end + 2)


def _split_screens(lines: list[str], first_line: int) -> list[ScreenText]:
    blocks: list[list[tuple[int, str]]] = [[]]
    for number, line in enumerate(lines, first_line):
        if line.rstrip() == "---":
            blocks.append([])
        elif line.strip() or blocks[-1]:
            blocks[-1].append((number, line.rstrip()))
    return [_screen(block, first_line) for block in blocks]


def _screen(block: list[tuple[int, str]], fallback: int) -> ScreenText:
    screen = ScreenText(line=block[0][0] if block else fallback)
    body: list[str] = []
    for number, line in block:
        image, practice = _IMAGE.fullmatch(line.strip()), _PRACTICE.fullmatch(line.strip())
        if image:
            screen.images.append((number, image[1].strip(), image[2]))
        elif practice:
            screen.practices.append((number, practice[1]))
        elif line.startswith("# ") and not screen.title and not any(body):
            screen.title = line[2:].strip()
        else:
            body.append(line)
    screen.body = re.sub(r"\n{3,}", "\n\n", "\n".join(body)).strip()
    return screen
