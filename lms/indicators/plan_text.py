"""Plan files as text: YAML read with the line of every field, and without YAML's traps.

Scalars are read as YAML 1.2 has them, so `no:` is a key and not False, and `85.5` stays the exact
decimal that was written. Anchors, aliases, tags, several documents, repeated keys, deep nesting
and files above 512 KB are refused: a plan needs none of them and each can hide something.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple, NoReturn

import yaml

from lms.core.errors import Invalid
from lms.core.i18n import _

MAX_BYTES = 512 * 1024
MAX_DEPTH = 12
FIRST_YEAR = 2020

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,15})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,15})\.[0-9]{1,12}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class Problem(NamedTuple):
    """One thing to mend: the line (from 1; None for the whole file), the field, what to do."""

    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        where = [_("dòng %(line)s", line=self.line)] if self.line else []
        start = ", ".join([*where, *([self.field] if self.field else [])])
        return f"{start}: {self.message}" if start else self.message


class PlanError(Invalid):
    """A plan file that cannot be used; `problems` says every reason found, in the file's order."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.name = name
        self.problems = problems
        fields = {problem.field or "plan": [str(problem)] for problem in problems}
        super().__init__("\n".join(f"{name}: {problem}" for problem in problems), fields=fields)


@dataclass(frozen=True, slots=True)
class Document:
    """A plan file as plain data, and the line on which each field stands."""

    data: Any
    lines: dict[Path, int] = field(default_factory=dict)

    def line_of(self, path: Path) -> int | None:
        """The line of a field, or of the nearest thing around it that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def field_name(path: Path) -> str:
    """A path as people read it: indicators[3].targets.2026.value (lists count from 0)."""
    name = "".join(f"[{p}]" if isinstance(p, int) and p < FIRST_YEAR else f".{p}" for p in path)
    return name.removeprefix(".")


def read(text: str, name: str) -> Document:
    """Read a plan file. Raises PlanError with the line of whatever is wrong."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        _refuse(name, None, _("tệp lớn hơn 512 KB, hãy chỉ để nội dung kế hoạch trong tệp"))
    try:
        _check_events(text, name)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        _refuse(name, _line_of_error(error), _syntax_message(error))
    if not isinstance(node, yaml.MappingNode):
        _refuse(name, 1, _("tệp chưa có nội dung kế hoạch, hãy viết các trường như “code: …”"))
    return _Builder(name).build(node)


def _refuse(name: str, line: int | None, message: str) -> NoReturn:
    raise PlanError(name, [Problem(line, "", message)])


def _line_of_error(error: yaml.YAMLError) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return None if mark is None else mark.line + 1


def _syntax_message(error: yaml.YAMLError) -> str:
    """The parser speaks English; its commonest complaints have a plain Vietnamese answer."""
    if isinstance(error, yaml.reader.ReaderError):
        return _("tệp có ký tự không đọc được, hãy lưu lại tệp ở dạng UTF-8")
    if "\\t" in str(error):
        return _("dòng này thụt vào bằng phím Tab, hãy dùng dấu cách")
    return _(
        "không đọc được cấu trúc YAML, hãy xem lại dấu hai chấm, dấu gạch đầu dòng, "
        "dấu nháy và khoảng thụt đầu dòng ở đây hoặc ngay phía trên"
    )


def _check_events(text: str, name: str) -> None:
    """Refuse what a plan never needs before anything is built from it."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else None
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if message := _unwanted(event, depth, documents):
            _refuse(name, line, message)


def _unwanted(event: yaml.Event, depth: int, documents: int) -> str | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return _("không dùng neo (&) và bí danh (*) trong tệp kế hoạch, hãy viết lại đầy đủ")
    if getattr(event, "tag", None):
        return _("không dùng thẻ (!) trong tệp kế hoạch, hãy bỏ thẻ này")
    if depth > MAX_DEPTH:
        return _("các mục lồng nhau quá sâu, hãy xem lại khoảng thụt đầu dòng")
    return _("tệp có nhiều tài liệu (---), hãy để mỗi kế hoạch một tệp") if documents > 1 else None


class _Builder:
    """Plain data out of YAML nodes, with the line of each."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lines: dict[Path, int] = {}
        self.problems: list[Problem] = []

    def build(self, node: yaml.Node) -> Document:
        data = self._value(node, ())
        if self.problems:
            raise PlanError(self.name, self.problems)
        return Document(data, self.lines)

    def _value(self, node: yaml.Node, path: Path) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return dict(self._pairs(node, path))
        if isinstance(node, yaml.SequenceNode):
            return [self._value(item, (*path, place)) for place, item in enumerate(node.value)]
        return _scalar(node)

    def _pairs(self, node: yaml.MappingNode, path: Path) -> Iterator[tuple[str | int, Any]]:
        seen: set[str | int] = set()
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = _key(key_node)
            if key is None:
                message = _("tên trường này không đọc được, hãy viết một từ hoặc một năm")
                self.problems.append(Problem(line, field_name(path), message))
                continue
            here = (*path, key)
            if key in seen:
                message = _("trường này viết hai lần, hãy giữ một lần")
                self.problems.append(Problem(line, field_name(here), message))
            seen.add(key)
            self.lines[here] = line
            yield key, self._value(value_node, here)


def _key(node: yaml.Node) -> str | int | None:
    """A key is a word, or a year as a whole number."""
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        return None
    value = _scalar(node)
    return value if type(value) is int else str(node.value)


def _scalar(node: yaml.Node) -> Any:
    """A plain scalar as YAML 1.2 has it; a quoted one is always text. Text is NFC."""
    text = unicodedata.normalize("NFC", str(node.value))
    if getattr(node, "style", None) is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return Decimal(text) if _DECIMAL.fullmatch(text) else text
