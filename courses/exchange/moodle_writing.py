"""Questions to Moodle XML, as plain text; a drawing goes along as a file where Moodle keeps it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from decimal import Decimal
from html import escape
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from courses.exchange.gift_writing import share
from courses.exchange.losses import Loss
from courses.exchange.marked import plain_number
from courses.exchange.plain_text import tidy
from courses.exchange.tags import difficulty_tag
from courses.exchange.written import NOT_WRITTEN, file_loss, item_place
from courses.rules import Item
from lms.core.i18n import _

_NOT_XML = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}
"""What XML forbids and `tidy` leaves."""


def write_moodle(
    items: Iterable[Item], media: Mapping[str, bytes] | None = None
) -> tuple[bytes, tuple[Loss, ...]]:
    """A Moodle XML file in UTF-8 and what it could not hold.

    `media` maps the name of a drawing to its bytes; a drawing that is not there is told as lost.
    """
    writer = _Writer(media or {})
    root = Element("quiz")
    for item in items:
        writer.question(root, item)
    indent(root, "  ")
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body + b"\n", (file_loss(), *writer.losses)


class _Writer:
    def __init__(self, media: Mapping[str, bytes]) -> None:
        self.media = media
        self.losses: list[Loss] = []

    def _lose(self, item: Item, message: str, *, whole: bool = False) -> None:
        self.losses.append(Loss(item_place(item), message, whole))

    def question(self, root: Element, item: Item) -> None:
        """Add the question, unless Moodle has none of its kind."""
        if item.kind in NOT_WRITTEN:
            self._lose(item, NOT_WRITTEN[item.kind], whole=True)
            return
        types = {"match": "matching", "number": "numerical", "order": "ordering"}
        node = SubElement(root, "question", type=types.get(item.kind, "multichoice"))
        _text(SubElement(node, "name"), item.id)
        self._prompt(node, item)
        _text(_plain(node, "generalfeedback"), item.explanation)
        for name, value in (
            ("defaultgrade", "1"),
            ("penalty", "0.3333333"),
            ("hidden", "0"),
            ("idnumber", item.id),
        ):
            SubElement(node, name).text = value
        _PARTS[item.kind](node, item)
        for hint in item.hints:
            _text(_plain(node, "hint"), hint)
        _text(SubElement(SubElement(node, "tags"), "tag"), difficulty_tag(item.difficulty))
        if item.kind == "multiple":
            self._lose(item, _("Moodle chấm từng phần; ở đây chọn đúng hết mới được điểm."))

    def _prompt(self, node: Element, item: Item) -> None:
        picture = item.illustration
        if picture and picture.media not in self.media:
            self._lose(item, _("Không có tệp hình %(name)s để ghi kèm.", name=picture.media))
        if picture is None or picture.media not in self.media:
            _text(_plain(node, "questiontext"), item.prompt)
            return
        told = SubElement(node, "questiontext", format="html")
        lines = "<br/>".join(escape(line) for line in _said(item.prompt).split("\n"))
        source, words = escape(f"@@PLUGINFILE@@/{picture.media}"), escape(_said(picture.alt))
        SubElement(told, "text").text = f'<p>{lines}</p><p><img src="{source}" alt="{words}"/></p>'
        file = SubElement(told, "file", name=picture.media, path="/", encoding="base64")
        file.text = base64.b64encode(self.media[picture.media]).decode("ascii")


def _said(text: str) -> str:
    return tidy(text).translate(_NOT_XML)


def _text(node: Element, text: str) -> Element:
    SubElement(node, "text").text = _said(text)
    return node


def _plain(node: Element, tag: str, **attributes: str) -> Element:
    return SubElement(node, tag, attributes, format="plain_text")


def _flag(node: Element, tag: str, value: str) -> None:
    SubElement(node, tag).text = value


def _choice(node: Element, item: Item) -> None:
    _flag(node, "single", "true" if item.kind == "single" else "false")
    _flag(node, "shuffleanswers", "true")
    _flag(node, "answernumbering", "none")
    wrong = "0" if item.kind == "single" else "-100"
    right = "100" if item.kind == "single" else share(len(item.right_options))
    for option in item.options:
        _text(_plain(node, "answer", fraction=right if option.right else wrong), option.text)


def _match(node: Element, item: Item) -> None:
    _flag(node, "shuffleanswers", "true")
    pairs = [(pair.left, pair.right) for pair in item.pairs]
    for left, right in pairs + [("", decoy.text) for decoy in item.decoys]:
        told = _text(_plain(node, "subquestion"), left)
        _text(SubElement(told, "answer"), right)


def _number(node: Element, item: Item) -> None:
    key = item.number
    if key is None:
        return
    answer = SubElement(node, "answer", fraction="100", format="moodle_auto_format")
    _text(answer, plain_number(Decimal(key.value)))
    _flag(answer, "tolerance", plain_number(Decimal(key.tolerance)))
    _flag(node, "unitgradingtype", "0")
    _flag(node, "unitpenalty", "0.1")
    _flag(node, "showunits", "0" if key.unit else "3")
    _flag(node, "unitsleft", "0")
    if key.unit:
        unit = SubElement(SubElement(node, "units"), "unit")
        _flag(unit, "multiplier", "1")
        _flag(unit, "unit_name", _said(key.unit))


def _order(node: Element, item: Item) -> None:
    for tag, value in (("layouttype", "VERTICAL"), ("selecttype", "ALL"), ("selectcount", "0"),
                       ("gradingtype", "ALL_OR_NOTHING"), ("showgrading", "SHOW")):  # fmt: skip
        _flag(node, tag, value)
    for place, step in enumerate(item.sequence, 1):
        _text(_plain(node, "answer", fraction=str(place)), step.text)


_PARTS = {
    "single": _choice,
    "multiple": _choice,
    "match": _match,
    "number": _number,
    "order": _order,
}
