"""Moodle XML to questions. What each type becomes stands in docs/authoring.md.

Source: the page "Moodle XML format" of the Moodle documentation, and for sequences the documentation
of the question type "ordering".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from decimal import Decimal

from courses.exchange import marked
from courses.exchange.gathering import Draft, Gathering
from courses.exchange.losses import Imported, NotCarried, quoted, refused
from courses.exchange.marked import Answer, NumberAnswer
from courses.exchange.plain_text import FORMATS
from courses.exchange.tags import read_tags
from courses.exchange.xml_tree import Node, read_tree
from lms.core.i18n import _

REASONS: Mapping[str, str] = {
    "truefalse": _("Câu đúng hay sai không nhập: câu hỏi ở đây cần từ 3 phương án trở lên, vì đoán bừa một "
                   "trong hai thì trúng nửa số lần."),
    "shortanswer": _("Câu điền chữ chưa có ở đây. Hãy đổi thành câu chọn, hoặc câu điền số nếu đáp án là số."),
    "essay": _("Câu tự luận chưa có ở đây."),
    "description": _("Lời dẫn chưa có ở đây, hãy đưa vào bài học."),
    "cloze": _("Câu điền nhiều chỗ trong đoạn văn (cloze) chưa có ở đây. Hãy tách thành từng câu."),
    "gapselect": _("Câu chọn từ điền vào chỗ trống (gapselect) chưa có ở đây. Hãy tách thành từng câu chọn."),
    "ddwtos": _("Câu kéo chữ vào chỗ trống (ddwtos) chưa có ở đây. Hãy đổi thành câu ghép."),
    "ddimageortext": _("Câu kéo thả trên hình (ddimageortext) chưa có ở đây."),
    "ddmarker": _("Câu đặt dấu trên hình (ddmarker) chưa có ở đây. Hãy làm lại thành câu bấm chỗ trên hình."),
    "calculated": _("Câu tính theo công thức (calculated) chưa có ở đây. Hãy viết sẵn số rồi đổi thành "
                    "câu điền số."),
}  # fmt: skip
"""Question types that have no place here, and what to do."""

_TOLD = {
    "name", "questiontext", "generalfeedback", "answer", "hint", "tags", "idnumber", "subquestion",
    "single", "units", "defaultgrade", "penalty", "hidden", "text",
}  # fmt: skip
_LOOKS = {
    "shuffleanswers", "answernumbering", "showstandardinstruction", "shownumcorrect",
    "layouttype", "showgrading", "numberingstyle", "unitsleft", "showunits", "unitpenalty", "selecttype",
    "selectcount", "gradingtype", "unitgradingtype", "tolerance", "version",
}  # fmt: skip
"""Fields of the types that are carried which only tell how Moodle lays the question out, or stand below."""
_FEEDBACKS = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
_PENALTIES = tuple(map(Decimal, ("0", "0.1", "0.3333333", "1")))


def read_moodle(file: str, content: bytes) -> Imported:
    """The questions of a Moodle XML file and everything that does not come with them."""
    root = read_tree(file, content)
    if root.tag != "quiz":
        raise refused(
            file, root.line, _("Tệp XML này không phải tệp câu hỏi của Moodle (thiếu thẻ quiz).")
        )
    gathering = Gathering(file)
    number = 0
    for node in root.children:
        if node.tag != "question":
            message = _("Thẻ <%(tag)s> không phải câu hỏi nên không nhập.", tag=node.tag)
            gathering.lose(_line(node), message)
        elif node.attributes.get("type") == "category":
            _tell_category(gathering, node)
        else:
            number += 1
            where = _("câu %(number)s, dòng %(line)s", number=number, line=node.line)
            gathering.take(where, _Question(node).read)
    return gathering.imported()


def _line(node: Node) -> str:
    return _("dòng %(line)s", line=node.line)


def _tell_category(gathering: Gathering, node: Node) -> None:
    name = quoted(node.words("category"))
    gathering.lose(
        _line(node),
        _("Mục %(name)s không giữ: ở đây câu hỏi xếp theo kỹ năng và mức độ.", name=name),
    )


class _Question:
    """Reads one <question>."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.draft = Draft("")

    def read(self, draft: Draft) -> None:
        """Fill the draft, or NotCarried."""
        self.draft = draft
        kind = self.node.attributes.get("type", "")
        readers: Mapping[str, Callable[[str], None]] = {
            "multichoice": self._choice, "matching": self._match, "match": self._match,
            "ddmatch": self._match, "numerical": self._number, "ordering": self._order,
        }  # fmt: skip
        if kind not in readers:
            unknown = _("Kiểu câu “%(kind)s” chưa có ở đây.", kind=kind)
            raise NotCarried(REASONS.get(kind.replace("multianswer", "cloze"), unknown))
        draft.prompt = self._words(self.node.child("questiontext"), pictured=True)
        draft.names = [self.node.words("idnumber"), self.node.words("name")]
        draft.hints = [hint for node in self.node.all("hint") if (hint := self._words(node))]
        tags = self.node.child("tags")
        read_tags(draft, [tag.words() for tag in tags.all("tag")] if tags else [])
        readers[kind](self._words(self.node.child("generalfeedback")))
        self._tell_rest()

    def _words(self, node: Node | None, *, pictured: bool = False, form: str = "") -> str:
        """The plain words of a node with a format of its own; its files are noted or told."""
        if node is None:
            return ""
        told = form or node.attributes.get("format", "moodle_auto_format")
        text = self.draft.plain(node.words(), FORMATS.get(told, "moodle"), pictured=pictured)
        for file in node.all("file"):
            self._file(file, pictured)
        return text

    def _file(self, node: Node, pictured: bool) -> None:
        name = node.attributes.get("name", "")
        try:
            content = base64.b64decode("".join(node.text.split()), validate=True)
        except (binascii.Error, ValueError):
            self.draft.lose(_("Tệp %(name)s không giữ: nội dung hỏng.", name=quoted(name)))
            return
        if pictured:
            self.draft.files[name] = content
        else:
            self.draft.lose(_("Tệp %(name)s không giữ: chỉ đề bài có hình.", name=quoted(name)))

    def _percent(self, node: Node) -> Decimal:
        found = marked.decimal(node.attributes.get("fraction", "0"))
        if found is None:
            raise NotCarried(
                _("Dòng %(line)s: không đọc được điểm (fraction) của đáp án.", line=node.line)
            )
        return found

    def _choice(self, general: str) -> None:
        answers = [
            Answer(self._words(node), self._percent(node), self._words(node.child("feedback")))
            for node in self.node.all("answer")
        ]
        marked.explain(self.draft, general, answers)
        single = self.node.words("single").casefold() or "true"
        marked.choose(self.draft, answers, one=single in ("true", "1"))

    def _match(self, general: str) -> None:
        pairs = []
        for node in self.node.all("subquestion"):
            answer = node.child("answer")
            form = answer.attributes.get("format", "plain") if answer else ""
            left = marked.left_side(node.words(), self._words(node))
            pairs.append((left, self._words(answer, form=form)))
        marked.explain(self.draft, general, ())
        marked.match(self.draft, pairs)

    def _number(self, general: str) -> None:
        answers = [
            found for node in self.node.all("answer") if (found := self._number_answer(node))
        ]
        marked.explain(self.draft, general, answers)
        marked.fill_number(self.draft, answers, self._unit())
        if self.node.words("unitgradingtype") not in ("", "0"):
            self.draft.lose(
                _("Điểm trừ khi sai đơn vị không giữ: ở đây đơn vị in sẵn cạnh ô điền.")
            )

    def _number_answer(self, node: Node) -> NumberAnswer | None:
        said, feedback = node.words(), self._words(node.child("feedback"))
        percent = self._percent(node)
        if said == "*" and percent <= 0:
            if feedback:
                message = _(
                    "Lời phản hồi cho đáp số sai %(words)s không giữ.", words=quoted(feedback)
                )
                self.draft.lose(message)
            return None
        value, tolerance = marked.decimal(said), marked.decimal(node.words("tolerance") or "0")
        if value is None or tolerance is None:
            raise NotCarried(
                _("Dòng %(line)s: không đọc được số %(words)s.", line=node.line, words=quoted(said))
            )
        return NumberAnswer(value, tolerance, percent, feedback)

    def _unit(self) -> str:
        units = self.node.child("units")
        found = ""
        for unit in units.all("unit") if units else ():
            name = unit.words("unit_name")
            if marked.decimal(unit.words("multiplier") or "1") == 1 and not found:
                found = self.draft.plain(name)
            else:
                self.draft.lose(
                    _("Đơn vị %(name)s không giữ: ở đây mỗi câu có một đơn vị.", name=quoted(name))
                )
        return found

    def _order(self, general: str) -> None:
        nodes = self.node.all("answer")
        places = [self._percent(node) for node in nodes]
        if len(set(places)) == len(places):
            nodes = [
                node for _place, node in sorted(zip(places, nodes, strict=True), key=lambda p: p[0])
            ]
        self.draft.kind = "order"
        self.draft.parts["sequence"] = [self._words(node) for node in nodes]
        marked.explain(self.draft, general, ())
        if self.node.words("selecttype").casefold() not in ("", "all", "0"):
            self.draft.lose(_("Việc chỉ hỏi một số bước không giữ: ở đây hỏi đủ các bước."))
        if self.node.words("gradingtype").casefold() not in ("", "all_or_nothing", "-1"):
            self.draft.lose(_("Điểm từng bước không giữ: ở đây đúng cả thứ tự mới được điểm."))

    def _tell_rest(self) -> None:
        """Tell of every other field that says something."""
        for node in self.node.children:
            if node.tag in _FEEDBACKS:
                said = self._words(node)
                if said:
                    self.draft.lose(
                        _("Lời phản hồi chung %(words)s không giữ.", words=quoted(said))
                    )
            elif node.tag not in _TOLD | _LOOKS and (node.words() or node.children):
                self.draft.lose(_("Trường <%(tag)s> của Moodle không giữ.", tag=node.tag))
        self._tell_marks()

    def _tell_marks(self) -> None:
        grade = marked.decimal(self.node.words("defaultgrade") or "1")
        if grade != 1:
            said = self.node.words("defaultgrade")
            self.draft.lose(
                _("Điểm %(grade)s của câu không giữ: ở đây mỗi câu một điểm.", grade=quoted(said))
            )
        penalty = marked.decimal(self.node.words("penalty") or "0")
        if penalty not in _PENALTIES:
            self.draft.lose(_("Mức trừ điểm khi làm lại (penalty) không giữ."))
        if self.node.words("hidden") == "1":
            self.draft.lose(_("Dấu ẩn của câu không giữ: câu này hiện ra như các câu khác."))
        if self.node.words("shuffleanswers").casefold() in ("0", "false"):
            self.draft.lose(_("Thứ tự phương án cố định không giữ: ở đây luôn xáo trộn."))
