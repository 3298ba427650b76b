"""What an illustration may be: a small, still, self-contained line drawing in two colours.

The drawing is XML that a browser shows, so everything that is not on the short lists is refused:
scripts, styles, links, text, embedded files, entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from lms.core.i18n import _

MAX_BYTES = 15 * 1024
MEDIA_TYPE = "image/svg+xml"
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {"svg", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon", "title"}
_ATTRIBUTES = {
    "viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "color",
    "stroke-dasharray", "opacity", "transform", "fill-rule", "d", "points", "cx", "cy", "r", "rx",
    "ry", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "role",
}  # fmt: skip
_PAPER = "#ffffff"
_COLOUR = re.compile(r"none|currentColor|#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, order=True)
class DrawingFault:
    """`line` counts from 1, 0 means the whole drawing; `message` is a Vietnamese sentence."""

    line: int
    message: str


class _Lines(TreeBuilder):
    """Builds the elements and keeps the line on which each begins."""

    def __init__(self) -> None:
        super().__init__()
        self.parser: Any = ElementTree.XMLParser(target=self, forbid_dtd=True)
        self.parts: list[tuple[Element, int]] = []

    def start(self, tag: str, attributes: dict[str, str], /) -> Element:
        """An element begins here."""
        element = super().start(tag, attributes)
        # The stubs do not know expat's parser inside, which counts the lines.
        self.parts.append((element, self.parser.parser.CurrentLineNumber))
        return element

    def read(self, content: bytes) -> Element:
        """The root; what expat or defusedxml refuses is raised as it is."""
        self.parser.feed(content)
        root: Element = self.parser.close()
        return root


def drawing_problems(content: bytes) -> list[str]:
    """Vietnamese sentences about what is wrong with the SVG; none when it may be shown."""
    return list(dict.fromkeys(fault.message for fault in drawing_faults(content)))


def drawing_faults(content: bytes) -> list[DrawingFault]:
    """What is wrong with the SVG, by line; nothing when it may be shown."""
    if len(content) > MAX_BYTES:
        return [DrawingFault(0, _("Hình nặng quá 15 KB."))]
    lines = _Lines()
    try:
        content.decode("utf-8")
        root = lines.read(content)
    except ParseError as error:
        line = error.position[0]
        return [DrawingFault(line, _("Tệp không phải hình SVG đúng: XML viết sai ở dòng này."))]
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [DrawingFault(line, _("Tệp không phải hình SVG viết bằng chữ UTF-8."))]
    except (DefusedXmlException, ValueError):
        return [DrawingFault(_dtd_line(content), _("Hình không được có DTD hay thực thể XML."))]
    found = [*_root_faults(root), *_part_faults(lines.parts), *_colour_faults(lines.parts)]
    return sorted(set(found))


def _dtd_line(content: bytes) -> int:
    return content.partition(b"<!DOCTYPE")[0].count(b"\n") + 1


def _root_faults(root: Element) -> Iterator[DrawingFault]:
    if root.tag != f"{_SVG}svg" or not root.get("viewBox"):
        yield DrawingFault(1, _("Hình phải là thẻ svg có viewBox."))


def _part_faults(parts: Iterable[tuple[Element, int]]) -> Iterator[DrawingFault]:
    for part, line in parts:
        name = str(part.tag).removeprefix(_SVG)
        if name not in _SHAPES:
            yield DrawingFault(line, _("Hình có thẻ không được dùng: %(name)s.", name=name))
        for attribute in sorted(set(part.attrib) - _ATTRIBUTES):
            message = _("Hình có thuộc tính không được dùng: %(name)s.", name=attribute)
            yield DrawingFault(line, message)


def _colour_faults(parts: Iterable[tuple[Element, int]]) -> Iterator[DrawingFault]:
    accents: set[str] = set()
    for part, line in parts:
        for colour in filter(None, (part.get("fill"), part.get("stroke"))):
            if not _COLOUR.fullmatch(colour):
                message = _("Màu phải là none, currentColor hoặc mã màu sáu chữ số như #b23a2e.")
                yield DrawingFault(line, message)
            accents |= {colour} - {"none", "currentColor", _PAPER}
            if len(accents) > 1:
                message = _(
                    "Hình chỉ dùng màu mực (currentColor), màu giấy (#ffffff) và một màu nhấn."
                )
                yield DrawingFault(line, message)
                return
