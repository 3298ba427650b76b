"""GIFT to questions. What each type becomes stands in docs/authoring.md."""

from __future__ import annotations

import re
from decimal import Decimal

from courses.exchange import marked
from courses.exchange.gathering import Draft, Gathering
from courses.exchange.gift_syntax import Block, blocks, shown
from courses.exchange.losses import Imported, NotCarried, quoted
from courses.exchange.marked import FULL, Answer, NumberAnswer
from courses.exchange.plain_text import FORMATS
from courses.exchange.tags import read_tags
from lms.core.i18n import _

_WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d{0,7})?)%(.*)", re.DOTALL | re.ASCII)
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\](.*)", re.DOTALL)
_CATEGORY = re.compile(r"\$CATEGORY:(.*)")
_TRUE_FALSE = ("T", "TRUE", "F", "FALSE")
_BLANK = "_____"


def read_gift(file: str, text: str) -> Imported:
    """The questions of a GIFT file and everything that does not come with them."""
    gathering = Gathering(file)
    number = 0
    for block in blocks(text):
        block.text = _without_categories(gathering, block)
        if block.text:
            number += 1
            where = _("câu %(number)s, dòng %(line)s", number=number, line=block.line)
            gathering.take(where, _Question(block).read)
    return gathering.imported()


def _without_categories(gathering: Gathering, block: Block) -> str:
    lines = block.text.split("\n")
    while lines and (found := _CATEGORY.fullmatch(lines[0])):
        where = _("dòng %(line)s", line=block.line)
        message = _("Mục %(name)s không giữ: ở đây câu hỏi xếp theo kỹ năng và mức độ.",
                    name=quoted(shown(found[1])))  # fmt: skip
        gathering.lose(where, message)
        lines, block.line = lines[1:], block.line + 1
    return "\n".join(lines).strip()


class _Question:
    """Reads one block."""

    def __init__(self, block: Block) -> None:
        self.block = block
        self.form = "moodle"
        self.draft = Draft("")

    def read(self, draft: Draft) -> None:
        """Fill the draft, or NotCarried."""
        self.draft = draft
        title, text = self._title(self.block.text)
        prompt, answers = _split(text)
        answers, _mark, general = (
            answers.rpartition("####") if "####" in answers else (answers, "", "")
        )
        form, prompt = _format(prompt, self.form)
        self.form = form
        draft.prompt = self._words(prompt, form, pictured=True)
        draft.names = [*self.block.ids[:1], title]
        for other in self.block.ids[1:]:
            draft.lose(_("Mã %(id)s không giữ: mỗi câu chỉ có một mã.", id=quoted(other)))
        read_tags(draft, self.block.tags)
        self._answers(answers.strip(), self._said(general))

    def _title(self, text: str) -> tuple[str, str]:
        if text.startswith("::") and "::" in text[2:]:
            title, _end, rest = text[2:].partition("::")
            return shown(title).strip(), rest.strip()
        return "", text.removeprefix("::")

    def _words(self, raw: str, form: str, *, pictured: bool = False) -> str:
        """Plain words. A line end of the file is only a blank, `\\n` is a line end, unless Markdown."""
        joined = raw if form == "markdown" else raw.replace("\n", " ")
        return self.draft.plain(shown(joined), form, pictured=pictured)

    def _said(self, raw: str) -> str:
        form, rest = _format(raw, self.form)
        return self._words(rest, form)

    def _answers(self, text: str, general: str) -> None:
        bare = text.partition("#")[0].strip()
        if not text:
            raise NotCarried(_("Câu tự luận {} chưa có ở đây."))
        if text.startswith("#"):
            self._number(text[1:], general)
        elif text.startswith(">"):
            raise NotCarried(
                _(
                    "Câu sắp thứ tự viết kiểu mở rộng của GIFT không đọc được. Hãy xuất ra Moodle XML."
                )
            )
        elif "~" in text:
            self._choice(text, general)
        elif "=" in text and "->" in text:
            self._match(text, general)
        elif bare in _TRUE_FALSE:
            raise NotCarried(_("Câu đúng hay sai không nhập: câu hỏi ở đây cần từ 3 phương án trở lên, vì đoán "
                               "bừa một trong hai thì trúng nửa số lần."))  # fmt: skip
        else:
            raise NotCarried(_("Câu điền chữ chưa có ở đây. Nếu đáp án là số, hãy viết {#số}; nếu không, hãy "
                               "đổi thành câu chọn."))  # fmt: skip

    def _answer(self, raw: str, percent: Decimal) -> Answer:
        said, _mark, feedback = raw.partition("#")
        return Answer(self._said(said), percent, self._said(feedback))

    def _choice(self, text: str, general: str) -> None:
        pieces = text.replace("=", "~=").split("~")
        raws = [piece.strip() for i, piece in enumerate(pieces) if i or piece.strip()]
        answers = [self._weighted(raw) for raw in raws]
        marked.explain(self.draft, general, answers)
        marked.choose(self.draft, answers, one="=" in text)

    def _weighted(self, raw: str) -> Answer:
        if raw.startswith("="):
            raw = raw[1:].strip()
            found = _WEIGHT.fullmatch(raw)
            return self._answer(found[2], Decimal(found[1])) if found else self._answer(raw, FULL)
        found = _WEIGHT.fullmatch(raw)
        return self._answer(found[2], Decimal(found[1])) if found else self._answer(raw, Decimal(0))

    def _match(self, text: str, general: str) -> None:
        pairs = []
        for raw in filter(None, (piece.strip() for piece in text.split("="))):
            if "->" not in raw:
                message = _("Cặp ghép %(pair)s thiếu dấu ->.", pair=quoted(shown(raw)))
                raise NotCarried(message)
            left, _arrow, right = raw.partition("->")
            words = marked.left_side(left, self._said(left))
            pairs.append((words, self._words(right, self.form)))
        marked.explain(self.draft, general, ())
        marked.match(self.draft, pairs)

    def _number(self, text: str, general: str) -> None:
        kept, _mark, wrong = text.partition("~")
        raws = [raw.strip() for raw in kept.split("=") if raw.strip()]
        answers = [self._number_answer(raw) for raw in raws]
        marked.explain(self.draft, general, answers)
        said = self._said(wrong.partition("#")[2])
        if said:
            self.draft.lose(
                _("Lời phản hồi cho đáp số sai %(words)s không giữ.", words=quoted(said))
            )
        marked.fill_number(self.draft, answers)

    def _number_answer(self, raw: str) -> NumberAnswer:
        found = _WEIGHT.fullmatch(raw)
        percent, raw = (Decimal(found[1]), found[2]) if found else (FULL, raw)
        said, _mark, feedback = raw.partition("#")
        value, tolerance = _bounds(shown(said).strip())
        return NumberAnswer(value, tolerance, percent, self._said(feedback))


def _split(text: str) -> tuple[str, str]:
    """The prompt, with a blank where the answers stood inside it, and what the braces hold."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise NotCarried(
            _(
                "Đoạn chữ này không có đáp án {…} nên là lời dẫn. Lời dẫn chưa có ở đây, hãy đưa vào bài học."
            )
        )
    if end < start or start < 0:
        raise NotCarried(_("Dấu { } không khớp. Mỗi câu cần một { và một }, và không có dòng trống ở giữa; dấu "
                           "ngoặc trong chữ viết là \\{ và \\}."))  # fmt: skip
    before, answers, after = text[:start], text[start + 1 : end], text[end + 1 :].rstrip()
    if "{" in after or "}" in after or "{" in answers:
        raise NotCarried(
            _("Câu có hai phần đáp án { }. Hãy tách thành hai câu, cách nhau một dòng trống.")
        )
    return (f"{before}{_BLANK}{after}" if after else before).strip(), answers


def _format(raw: str, default: str) -> tuple[str, str]:
    found = _FORMAT.fullmatch(raw.strip())
    return (FORMATS[found[1]], found[2]) if found else (default, raw)


def _bounds(text: str) -> tuple[Decimal, Decimal]:
    """Value and tolerance of `3`, `3:0.5` or `2.5..3.5`."""
    if ".." in text:
        low, high = (marked.decimal(part) for part in text.split("..", 1))
        if low is not None and high is not None and low <= high:
            return _bare((low + high) / 2), _bare((high - low) / 2)
    else:
        said, _colon, within = text.partition(":")
        value, tolerance = marked.decimal(said), marked.decimal(within or "0")
        if value is not None and tolerance is not None:
            return value, tolerance
    raise NotCarried(_("Không đọc được số %(words)s. Viết số trơn, ví dụ 45000, 3.14:0.01 hoặc 1..5.",
                       words=quoted(text)))  # fmt: skip


def _bare(value: Decimal) -> Decimal:
    """Without zeros at the end that only halving brought."""
    return value.to_integral_value() if value == value.to_integral_value() else value.normalize()
