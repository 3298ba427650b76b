"""A bounded XML tree that knows its lines: no DTD, no entities, nothing large, nothing deep."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from courses.exchange.losses import refused
from courses.problems import ContentError
from lms.core.i18n import _

MOST_DEPTH = 20
MOST_NODES = 200_000
MOST_TEXT = 2 * 1024 * 1024
"""Characters in one element: a picture of 1.5 MB as base64; larger ones are refused with their line."""


@dataclass(slots=True)
class Node:
    """An element: its name, attributes, the text before and between its children, its line."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, *tags: str) -> list[Node]:
        """The children of these names."""
        return [child for child in self.children if child.tag in tags]

    def child(self, tag: str) -> Node | None:
        """The first child of this name."""
        return next(iter(self.all(tag)), None)

    def words(self, tag: str = "") -> str:
        """The text of a child (or of this node), whether it stands in a <text> of its own or not."""
        node = self.child(tag) if tag else self
        if node is None:
            return ""
        inner = node.child("text")
        return (inner.text if inner else node.text).strip()


def read_tree(file: str, content: bytes) -> Node:
    """The root of the document; ContentError with the line of what is wrong with it."""
    builder = _Builder(file)
    parser: Any = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.expat = parser.parser
    try:
        parser.feed(content)
        root: Node = parser.close()
    except ContentError:
        raise
    except ParseError as error:
        line = error.position[0] if hasattr(error, "position") else builder.line
        raise refused(file, line, _("XML viết sai ở dòng này: thẻ chưa đóng hoặc có ký tự lạ. Hãy xuất lại "
                                    "tệp từ Moodle.")) from error  # fmt: skip
    except (DefusedXmlException, ValueError, LookupError) as error:
        raise refused(file, builder.line, _("Tệp có DTD, thực thể XML hoặc bảng mã lạ nên không được nhận. "
                                            "Hãy xuất lại tệp từ Moodle.")) from error  # fmt: skip
    return root


class _Builder:
    """The target of the parser."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.expat: Any = None
        self.open: list[Node] = []
        self.root: Node | None = None
        self.pieces: list[str] = []
        self.size = 0
        self.count = 0

    @property
    def line(self) -> int:
        return int(self.expat.CurrentLineNumber) if self.expat else 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._flush()
        self.count += 1
        if len(self.open) >= MOST_DEPTH or self.count > MOST_NODES:
            raise refused(
                self.file, self.line, _("Tệp có quá nhiều thẻ hoặc thẻ lồng nhau quá sâu.")
            )
        node = Node(tag, dict(attributes), self.line)
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)

    def end(self, _tag: str) -> None:
        self._flush()
        self.open.pop()

    def data(self, text: str) -> None:
        self.size += len(text)
        if self.size > MOST_TEXT:
            message = _(
                "Tệp đính kèm ở đây lớn quá 1,5 MB. Hãy bỏ hình lớn khỏi câu hỏi rồi xuất lại."
            )
            raise refused(self.file, self.open[-1].line, message)
        self.pieces.append(text)

    def close(self) -> Node:
        return self.root or Node("", {}, 0)

    def _flush(self) -> None:
        if self.open:
            self.open[-1].text += "".join(self.pieces)
        self.pieces, self.size = [], 0
