"""What an illustration may be: a small, still, self-contained line drawing in two colours.

The drawing is XML that a browser shows, so everything that is not on the short lists is refused:
scripts, styles, links, text, embedded files, entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

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


def drawing_problems(content: bytes) -> list[str]:
    """Vietnamese sentences about what is wrong with the SVG; none when it may be shown."""
    if len(content) > MAX_BYTES:
        return [_("Hình nặng quá 15 KB.")]
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return [_("Tệp không phải hình SVG đúng, hoặc có DTD hay thực thể XML.")]
    return list(dict.fromkeys(_problems(root)))


def _problems(root: Element) -> Iterator[str]:
    if root.tag != f"{_SVG}svg" or not root.get("viewBox"):
        yield _("Hình phải là thẻ svg có viewBox.")
    for part in root.iter():
        name = str(part.tag).removeprefix(_SVG)
        if name not in _SHAPES:
            yield _("Hình có thẻ không được dùng: %(name)s.", name=name)
        for attribute in sorted(set(part.attrib) - _ATTRIBUTES):
            yield _("Hình có thuộc tính không được dùng: %(name)s.", name=attribute)
    colours = {part.get(name) for part in root.iter() for name in ("fill", "stroke")} - {None}
    if any(not _COLOUR.fullmatch(str(colour)) for colour in colours):
        yield _("Màu phải là none, currentColor hoặc mã màu sáu chữ số như #b23a2e.")
    if len(colours - {"none", "currentColor", _PAPER}) > 1:
        yield _("Hình chỉ dùng màu mực (currentColor), màu giấy (#ffffff) và một màu nhấn.")
