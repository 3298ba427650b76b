"""Questions to GIFT, as [plain] text, so that nothing in them is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from courses.exchange.gift_syntax import escaped
from courses.exchange.losses import Loss
from courses.exchange.marked import plain_number
from courses.exchange.plain_text import tidy
from courses.exchange.tags import difficulty_tag
from courses.exchange.written import NOT_WRITTEN, file_loss, item_place
from courses.rules import Item
from lms.core.i18n import _


def write_gift(items: Iterable[Item]) -> tuple[bytes, tuple[Loss, ...]]:
    """A GIFT file in UTF-8 and what it could not hold, item by item."""
    writer = _Writer()
    chunks = [text for item in items if (text := writer.question(item))]
    return "\n".join(chunks).encode(), (file_loss(), *writer.losses)


class _Writer:
    def __init__(self) -> None:
        self.losses: list[Loss] = []

    def _lose(self, item: Item, message: str, *, whole: bool = False) -> None:
        self.losses.append(Loss(item_place(item), message, whole))

    def question(self, item: Item) -> str:
        """The block of a question, empty when GIFT has no such question."""
        reason = _why_not(item)
        if reason:
            self._lose(item, reason, whole=True)
            return ""
        self._tell_parts(item)
        lines = [
            f"// [id:{item.id}] [tag:{difficulty_tag(item.difficulty)}]",
            f"::{escaped(item.id)}::[plain]{_said(item.prompt)}{{{'#' if item.number else ''}",
            *(f"\t{line}" for line in _answers(item)),
            f"\t####{_formatted(item.explanation)}",
            "}\n",
        ]
        return "\n".join(lines)

    def _tell_parts(self, item: Item) -> None:
        if item.hints:
            self._lose(
                item, _("GIFT không có gợi ý: %(count)s gợi ý không ghi.", count=len(item.hints))
            )
        if item.illustration:
            self._lose(
                item,
                _("GIFT không có hình: hình %(name)s không ghi.", name=item.illustration.media),
            )
        if item.number and item.number.unit:
            self._lose(
                item, _("GIFT không có đơn vị: “%(unit)s” không ghi.", unit=item.number.unit)
            )
        if item.kind == "multiple":
            self._lose(item, _("Moodle chấm từng phần; ở đây chọn đúng hết mới được điểm."))


def _why_not(item: Item) -> str:
    if item.kind == "order":
        return _("GIFT không có câu sắp thứ tự. Hãy dùng Moodle XML.")
    if any("->" in pair.left for pair in item.pairs):
        return _("GIFT không viết được vế trái có dấu “->”. Hãy dùng Moodle XML.")
    return NOT_WRITTEN.get(item.kind, "")


def _answers(item: Item) -> list[str]:
    if item.number:
        value, within = Decimal(item.number.value), Decimal(item.number.tolerance)
        return [f"={plain_number(value)}:{plain_number(within)}"]
    if item.kind == "match":
        told = [f"={_formatted(pair.left)} -> {_said(pair.right)}" for pair in item.pairs]
        return told + [f"= -> {_said(decoy.text)}" for decoy in item.decoys]
    return [f"{_mark(item, option.right)}{_formatted(option.text)}" for option in item.options]


def _mark(item: Item, right: bool) -> str:
    if item.kind == "single":
        return "=" if right else "~"
    return f"~%{share(len(item.right_options))}%" if right else "~%-100%"


def share(count: int) -> str:
    """What each of `count` right answers earns, as one of the shares that Moodle knows."""
    return f"{float(Fraction(100, count)):.5f}".rstrip("0").rstrip(".")


def _said(text: str) -> str:
    return escaped(tidy(text))


def _formatted(text: str) -> str:
    """A text that begins like a format or a weight says first that it is plain."""
    said = _said(text)
    return f"[plain]{said}" if said.startswith(("[", "%")) else said
