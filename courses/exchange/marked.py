"""From answers with their marks, as Moodle thinks of them, to questions as we ask them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from courses.exchange.gathering import Draft
from courses.exchange.losses import NotCarried, quoted
from lms.core.i18n import _

FULL = Decimal(100)
MOST_DECIMALS = 6
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,12})?(?:[eE][+-]?\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its words, its share of the mark in per cent, and what is said to who gave it."""

    text: str
    percent: Decimal
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """One accepted number."""

    value: Decimal
    tolerance: Decimal
    percent: Decimal
    feedback: str = ""


def decimal(text: str) -> Decimal | None:
    """A number as machines write it ("12.5", "1e3"), also with a decimal comma; None when it is none."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        return None
    try:
        return Decimal(bare.replace(",", "."))
    except InvalidOperation:
        return None


def plain_number(value: Decimal) -> str:
    """The number without exponent, as it was written; zeros that fill up a long fraction are dropped."""
    text = f"{value:f}"
    if len(text.partition(".")[2]) > MOST_DECIMALS:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(value: Decimal) -> str:
    """33.33333 as "33,33%"."""
    return f"{float(round(value, 2)):g}%".replace(".", ",")


def explain(draft: Draft, general: str, answers: Sequence[Answer | NumberAnswer]) -> None:
    """The explanation: the general words, else those that praise the right answer; the rest is told."""
    told = [answer.feedback for answer in answers if answer.feedback]
    praise = list(dict.fromkeys(a.feedback for a in answers if a.feedback and a.percent >= FULL))
    draft.explanation = general
    if not general and len(praise) == 1:
        draft.explanation = praise[0]
    for text in dict.fromkeys(told):
        if text != draft.explanation:
            message = _("Lời phản hồi riêng %(words)s không giữ: ở đây mỗi câu có một lời giải thích chung.",
                        words=quoted(text))  # fmt: skip
            draft.lose(message)


def choose(draft: Draft, answers: Sequence[Answer], *, one: bool) -> None:
    """Fill in a choice. `one`: the learner may choose only one answer."""
    right = [answer for answer in answers if answer.percent > 0]
    if one:
        right = _only_right(draft, answers)
    elif len(right) > 1:
        draft.kind = "multiple"
        _tell_shares(draft, answers)
    chosen = {id(answer) for answer in right}
    draft.parts["options"] = [
        {"right" if id(answer) in chosen else "wrong": answer.text} for answer in answers
    ]


def _only_right(draft: Draft, answers: Sequence[Answer]) -> list[Answer]:
    full = [answer for answer in answers if answer.percent >= FULL]
    if len(full) > 1:
        raise NotCarried(
            _("Câu chọn một mà có hai đáp án trọn điểm, chọn cái nào cũng đúng. Hãy giữ một đáp án đúng, "
              "hoặc đổi thành câu chọn nhiều.")
        )  # fmt: skip
    for answer in answers:
        if answer.percent < 0:
            draft.lose(_("Điểm trừ %(share)s của %(words)s không giữ.",
                         share=percent(answer.percent), words=quoted(answer.text)))  # fmt: skip
        elif 0 < answer.percent < FULL:
            message = _("Phương án %(words)s được %(share)s điểm ở tệp gốc, ở đây tính là sai.",
                        words=quoted(answer.text), share=percent(answer.percent))  # fmt: skip
            draft.lose(message)
    return full


def _tell_shares(draft: Draft, answers: Sequence[Answer]) -> None:
    shares = ", ".join(percent(answer.percent) for answer in answers if answer.percent)
    draft.lose(
        _(
            "Điểm từng phần (%(shares)s) không giữ: ở đây chọn đúng hết mới được điểm.",
            shares=shares,
        )
    )


def fill_number(draft: Draft, answers: Sequence[NumberAnswer], unit: str = "") -> None:
    """Fill in a number: the one answer that earns the full mark."""
    full = [answer for answer in answers if answer.percent >= FULL]
    if len(full) != 1:
        raise NotCarried(
            _("Câu điền số cần đúng một đáp số trọn điểm, tệp này có %(count)s.", count=len(full))
        )
    for answer in answers:
        if 0 < answer.percent < FULL:
            draft.lose(_("Đáp số %(value)s (sai số %(within)s) được %(share)s điểm ở tệp gốc, "
                         "ở đây không tính.",
                         value=plain_number(answer.value), within=plain_number(answer.tolerance),
                         share=percent(answer.percent)))  # fmt: skip
    draft.kind = "number"
    number = {"value": plain_number(full[0].value)}
    if full[0].tolerance:
        number["tolerance"] = plain_number(full[0].tolerance)
    if unit:
        number["unit"] = unit
    draft.parts["number"] = number


def left_side(raw: str, words: str) -> str:
    """The words of a left side; NotCarried when it holds only a picture, as no words make a decoy."""
    if raw.strip() and not words:
        raise NotCarried(_("Câu ghép có vế trái chỉ gồm hình. Hãy viết bằng chữ."))
    return words


def match(draft: Draft, pairs: Sequence[tuple[str, str]]) -> None:
    """Fill in a matching question; a pair without a left side is a decoy."""
    draft.kind = "match"
    draft.parts["pairs"] = [{"left": left, "right": right} for left, right in pairs if left]
    draft.parts["decoys"] = [right for left, right in pairs if not left and right]
