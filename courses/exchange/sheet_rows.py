"""A question as a teacher's row or list tells it, to a draft."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from courses.activities.numbers import read_number
from courses.exchange.gathering import Draft
from courses.exchange.losses import NotCarried, quoted
from courses.exchange.marked import plain_number
from courses.exchange.sheet_answers import LETTERS, named_order, right_ones, starred
from courses.exchange.tags import difficulty_of
from lms.core.i18n import _
from lms.core.text import clean, fold

_KINDS = {
    "order": ("sap xep", "sap thu tu", "thu tu", "sap xep thu tu", "order"),
    "match": ("ghep", "ghep cap", "noi", "noi cot", "ghep noi", "match"),
    "number": ("dien so", "so", "nhap so", "number"),
    "multiple": ("nhieu", "chon nhieu", "nhieu lua chon", "nhieu dap an", "nhieu dap an dung", "multiple",
                 "chon nhieu dap an", "trac nghiem nhieu dap an"),
    "single": ("mot", "chon mot", "mot lua chon", "mot dap an", "trac nghiem", "mcq", "single", "tn",
               "chon mot dap an", "trac nghiem mot dap an", "1 dap an", "1 lua chon", "mot dap an dung"),
}  # fmt: skip
_NOT_HERE = (
    "tu luan",
    "dien tu",
    "dien chu",
    "dien khuyet",
    "dung sai",
    "dung/sai",
    "dung hay sai",
    "essay",
    "tl",
)
_PAIR = re.compile(r"\s*(?:->|→|=>|=|⇒)\s*")
_NUMBER_AND_UNIT = re.compile(r"([+-]?\d[\d., ]*)\s*(\D{0,20})")


@dataclass(slots=True)
class Told:
    """A question as it stands in the cells; `marks` are the options that carry a mark of their own."""

    prompt: str = ""
    options: list[str] = field(default_factory=list)
    marks: list[bool] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    key: str = ""
    kind: str = ""
    explanation: str = ""
    hints: list[str] = field(default_factory=list)
    difficulty: str = ""
    name: str = ""
    unit: str = ""
    tolerance: str = ""
    fault: str = ""

    def add(self, option: str, label: str = "", *, marked: bool = False) -> None:
        """One more option, perhaps with a star; `label` is its letter, else the next one."""
        star, words = starred(option)
        self.labels.append(label or (LETTERS + "?" * len(self.labels))[len(self.labels)])
        self.options.append(words)
        self.marks.append(star or marked)


def fill(draft: Draft, told: Told) -> None:
    """Make the draft of what was told, or NotCarried."""
    if told.fault:
        raise NotCarried(told.fault)
    draft.prompt, draft.explanation = told.prompt, told.explanation
    draft.names = [told.name]
    draft.hints = [hint for hint in told.hints if hint]
    if told.difficulty:
        draft.difficulty = difficulty_of(told.difficulty)
        if draft.difficulty is None:
            draft.lose(_("Mức độ %(level)s không hiểu: hãy ghi nhận biết, thông hiểu hoặc vận dụng.",
                         level=quoted(told.difficulty)))  # fmt: skip
    _MAKERS[_kind(told)](draft, told)


def _kind(told: Told) -> str:
    said = fold(told.kind).removeprefix("cau ").strip()
    if said in _NOT_HERE:
        raise NotCarried(_("Loại câu %(kind)s chưa có ở đây. Hãy đổi thành câu chọn có từ 3 phương án.",
                           kind=quoted(told.kind)))  # fmt: skip
    for kind, names in _KINDS.items():
        if said in names:
            return kind
    if said:
        raise NotCarried(_("Không hiểu loại câu %(kind)s. Hãy ghi: một lựa chọn, nhiều lựa chọn, sắp thứ tự, "
                           "ghép hoặc điền số.", kind=quoted(told.kind)))  # fmt: skip
    return "" if told.options or not _NUMBER_AND_UNIT.fullmatch(told.key) else "number"


def _choice(draft: Draft, told: Told) -> None:
    right = {i for i, marked in enumerate(told.marks) if marked}
    if told.key:
        named = right_ones(told.key, told.options, told.labels)
        if right and named != right:
            raise NotCarried(
                _("Dấu đánh ở phương án và cột đáp án nói khác nhau. Hãy giữ một cách.")
            )
        right = named
    if not told.options:
        raise NotCarried(_("Câu chưa có phương án nào."))
    if not right:
        raise NotCarried(_("Câu chưa có đáp án. Hãy ghi “Đáp án: B”, dấu * trước phương án đúng, hoặc cột đáp "
                           "án; chữ đậm, gạch chân hay tô màu không đọc được."))  # fmt: skip
    draft.kind = "multiple" if len(right) > 1 else "single"
    draft.parts["options"] = [
        {"right" if i in right else "wrong": option} for i, option in enumerate(told.options)
    ]


def _one(draft: Draft, told: Told) -> None:
    _choice(draft, told)
    if draft.kind != "single":
        raise NotCarried(
            _("Loại câu nói chọn một mà có nhiều đáp án đúng. Hãy sửa loại hoặc đáp án.")
        )


def _several(draft: Draft, told: Told) -> None:
    _choice(draft, told)
    if draft.kind != "multiple":
        raise NotCarried(
            _("Loại câu nói chọn nhiều mà chỉ có một đáp án đúng. Hãy sửa loại hoặc đáp án.")
        )


def _order(draft: Draft, told: Told) -> None:
    order = named_order(told.key, told.labels) if told.key else range(len(told.options))
    if told.key and not order:
        raise NotCarried(_("Đáp án của câu sắp thứ tự phải kể đủ các bước, ví dụ B, A, C, D."))
    draft.kind = "order"
    draft.parts["sequence"] = [told.options[i] for i in order]


def _match(draft: Draft, told: Told) -> None:
    pairs, decoys = [], []
    for option in told.options:
        sides = _PAIR.split(option, maxsplit=1)
        if len(sides) == 2 and sides[0]:
            pairs.append({"left": sides[0], "right": sides[1]})
        else:
            decoys.append(sides[-1])
    if not pairs:
        raise NotCarried(
            _("Câu ghép viết mỗi ô một cặp, ví dụ: Chuyển tiền -> Ứng dụng ngân hàng.")
        )
    draft.kind = "match"
    draft.parts |= {"pairs": pairs, "decoys": decoys}


def _number(draft: Draft, told: Told) -> None:
    if told.options:
        raise NotCarried(_("Câu điền số không có phương án. Hãy để trống các cột phương án."))
    found = _NUMBER_AND_UNIT.fullmatch(clean(told.key))
    value = read_number(found[1].strip()) if found else None
    within = read_number(told.tolerance) if told.tolerance else Decimal(0)
    if found is None or value is None or within is None:
        raise NotCarried(
            _(
                "Không đọc được đáp số %(key)s. Hãy ghi số, ví dụ 45.000 hoặc 12,5.",
                key=quoted(told.key),
            )
        )
    draft.kind = "number"
    number = {
        "value": plain_number(value),
        "tolerance": plain_number(within),
        "unit": told.unit or found[2].strip(),
    }
    draft.parts["number"] = {
        name: text for name, text in number.items() if text not in ("", "0") or name == "value"
    }


_MAKERS = {
    "": _choice,
    "single": _one,
    "multiple": _several,
    "order": _order,
    "match": _match,
    "number": _number,
}


def place(page: str, rows: Sequence[int]) -> str:
    """Where it stands, rows from 1: "trang “Đề 1”, dòng 3–6"."""
    span = str(rows[0]) if rows[0] == rows[-1] else f"{rows[0]}–{rows[-1]}"
    if page:
        return _("trang “%(page)s”, dòng %(rows)s", page=page, rows=span)
    return _("dòng %(rows)s", rows=span)
