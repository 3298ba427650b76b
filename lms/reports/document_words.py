"""The words of a report: its headings, the figures that stand in braces, and a first draft of the results.

`{chỉ tiêu 1: tỷ lệ}` is filled from the lines of a closed period as they were frozen (or, before the
closing, from today's). Nothing is computed here and no reason is ever made up.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.core.i18n import _, lazy
from lms.core.text import clean, day, fold, number

SECTIONS = {
    "results": lazy("Kết quả thực hiện"),
    "difficulties": lazy("Khó khăn, vướng mắc"),
    "proposals": lazy("Đề xuất, kiến nghị"),
    "next_tasks": lazy("Nhiệm vụ kỳ tới"),
}
HEADS = ("subject", "addressees", "opening")
"""Beside the sections: what the report is about, to whom, its first sentence; empty is the usual one."""
FIELDS = (*HEADS, *SECTIONS)
LONGEST = 20_000

PLACEHOLDER = re.compile(r"\{([^{}\n]{1,160})\}")
_LONE = re.compile(r"[{}]")
_FIGURE = re.compile(r"^chi tieu\s+(?P<no>[^:]+?)\s*:\s*(?P<field>.+)$")

Line = Mapping[str, Any]
"""One line of a frozen body, see `lms.indicators.snapshot_body`."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What placeholders are filled from: the lines of a report, its cut-off and its period."""

    lines: Sequence[Line]
    headline: Mapping[str, int]
    as_of: date
    period: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a text that cannot be filled or printed: the line, counted from 1, and what to do."""

    line: int
    text: str

    def __str__(self) -> str:
        return _("Dòng %(n)s: %(said)s", n=self.line, said=self.text)


# --- what a figure says ---------------------------------------------------------------------------


def rate_words(line: Line) -> str:
    """'62,0%', or why there is none."""
    return str(line["value"])


def met_words(line: Line) -> str:
    """'chưa đạt, cần thêm 38 người'; where neither can be said, why."""
    return ", ".join(filter(None, (line["state_text"], line["needed"])))


def result_words(line: Line) -> str:
    """'62 trên 100 người, tỷ lệ 62,0%'; a number of things alone; or why there is no figure."""
    count, whole = line["numerator"], line["size"]
    if count is None:
        return str(line["value"])
    if line["denominator"] is None:
        missing = line["state"] == "info" and line["unit_word"]
        counted = " ".join(filter(None, (number(count), line["unit_word"])))
        return f"{counted}, {line['value']}" if missing else counted
    words = _("%(n)s trên %(d)s %(unit)s", n=number(count), d=number(whole), unit=line["unit_word"])
    return _("%(words)s, tỷ lệ %(rate)s", words=words.strip(), rate=line["value"])


def target_words(line: Line) -> str:
    """'100%', 'trên 95%', 'kế hoạch không quy định'."""
    return str(line["target"])


def whole_words(line: Line) -> str:
    """The result and what it means: '62 trên 100 người, tỷ lệ 62,0% (mức giao: 100%); …'."""
    if line["numerator"] is None or (line["denominator"] is None and line["unit_word"]):
        words = _("%(said)s (mức giao: %(target)s)") if line["has_target"] else "%(said)s"
        return words % {"said": result_words(line), "target": line["target"]}
    if not line["has_target"]:
        return _("%(said)s; kế hoạch không quy định mức", said=result_words(line))
    return _(
        "%(said)s (mức giao: %(target)s); %(met)s",
        said=result_words(line),
        target=line["target"],
        met=met_words(line),
    )


def _count(key: str) -> Callable[[Line], str]:
    def told(line: Line) -> str:
        if line[key] is None and not line["unit_word"] and key == "size":
            return _("không có mẫu số")
        return number(line[key]) if line[key] is not None else str(line["value"])

    return told


def _gap(line: Line) -> str:
    return str(line["needed"] or line["state_text"])


def _left(line: Line) -> str:
    return str(line["not_yet"] or line["state_text"])


def _points(line: Line) -> str:
    return str(line["points"] or line["state_text"])


FIELD_WORDS: dict[str, tuple[str, Callable[[Line], str]]] = {
    "kết quả và đánh giá": (lazy("cả câu kết quả và đánh giá"), whole_words),
    "kết quả": (lazy("tử số trên mẫu số và tỷ lệ"), result_words),
    "tỷ lệ": (lazy("tỷ lệ phần trăm"), rate_words),
    "tử số": (lazy("số đã đạt"), _count("numerator")),
    "mẫu số": (lazy("tổng số đối tượng"), _count("size")),
    "mức giao": (lazy("mức kế hoạch giao"), target_words),
    "đánh giá": (lazy("đạt, chưa đạt, cần thêm bao nhiêu"), met_words),
    "cần thêm": (lazy("số còn thiếu so với mức giao"), _gap),
    "còn chưa đạt": (lazy("đối tượng trừ số đã đạt"), _left),
    "thiếu điểm": (lazy("thiếu bao nhiêu điểm phần trăm"), _points),
    "tên": (lazy("tên chỉ tiêu"), lambda line: str(line["title"])),
    "chủ trì": (lazy("đơn vị chủ trì, thực hiện"), lambda line: str(line["leads"] or "–")),
}
_FIELDS = {fold(name): told for name, (_word, told) in FIELD_WORDS.items()}


def _summary(figures: Figures) -> str:
    """'2 chỉ tiêu đạt, 5 chưa đạt, 1 chưa có số liệu': what is not there is not said."""
    counted = figures.headline
    said = [
        (_("%(n)s chỉ tiêu đạt mức giao"), counted["met"]),
        (_("%(n)s chỉ tiêu chưa đạt"), counted["unmet"]),
        (_("%(n)s chỉ tiêu chưa có đủ số liệu"), counted["unknown"]),
        (_("%(n)s chỉ tiêu kế hoạch không quy định mức"), counted["no_target"]),
    ]
    return ", ".join(word.replace("%(n)s", str(n)) for word, n in said if n) or _(
        "kế hoạch không có chỉ tiêu"
    )


GENERAL_WORDS: dict[str, tuple[str, Callable[[Figures], str]]] = {
    "tổng hợp": (lazy("bao nhiêu chỉ tiêu đạt, chưa đạt"), _summary),
    "ngày chốt": (lazy("ngày chốt số liệu"), lambda figures: day(figures.as_of)),
    "kỳ báo cáo": (lazy("kỳ báo cáo"), lambda figures: figures.period),
    "số chỉ tiêu đạt": (lazy("số chỉ tiêu đạt"), lambda f: str(f.headline["met"])),
    "số chỉ tiêu chưa đạt": (lazy("số chỉ tiêu chưa đạt"), lambda f: str(f.headline["unmet"])),
}
_GENERAL = {fold(name): told for name, (_word, told) in GENERAL_WORDS.items()}


# --- finding and filling --------------------------------------------------------------------------


def _name(words: str) -> str:
    """A name as it is compared first: capitals and blanks do not matter, marks do ("d" and "đ" are two)."""
    return clean(words).lower()


def names_of(lines: Sequence[Line]) -> dict[str, Line]:
    """Each line under every name it may be called by: its code, and the plan's number where it is alone.

    Without marks as well, where that is nobody else's name.
    """
    numbers = Counter(_name(line["no"]) for line in lines)
    found = {_name(line["code"]): line for line in lines}
    found |= {_name(line["no"]): line for line in lines if numbers[_name(line["no"])] == 1}
    bare = Counter(fold(name) for name in found)
    found |= {fold(name): line for name, line in [*found.items()]
              if bare[fold(name)] == 1 and fold(name) not in found}  # fmt: skip
    return {name: line for name, line in found.items() if name.strip(" –-")}


def name_of(line: Line, lines: Sequence[Line]) -> str:
    """What a line is called in braces: its number, or its code where the plan gives none of its own."""
    same = names_of(lines).get(_name(line["no"]))
    return str(line["no"] if same is line else line["code"])


def _called(inside: str, names: Mapping[str, Line]) -> Line | None:
    """The line of "chỉ tiêu đ: tỷ lệ", by its name as written, else by the name without marks."""
    _chi, _tieu, name = clean(inside.partition(":")[0]).split(" ", 2)
    return names.get(_name(name)) or names.get(fold(name))


def placeholder(line: Line, lines: Sequence[Line], field: str) -> str:
    """'{chỉ tiêu 1: tỷ lệ}'."""
    return "{" + f"chỉ tiêu {name_of(line, lines)}: {field}" + "}"


def _told(inside: str, figures: Figures, names: Mapping[str, Line]) -> str | Problem:
    """What a placeholder says; a Problem (of line 0) when nobody knows it."""
    words = fold(inside)
    if words in _GENERAL:
        return _GENERAL[words](figures)
    asked = _FIGURE.match(words)
    if asked is None:
        return Problem(0, _unknown(inside))
    line, field = _called(inside, names), _FIELDS.get(asked["field"].strip())
    if line is None:
        known = ", ".join(name_of(one, figures.lines) for one in figures.lines[:30])
        return Problem(0, _(
            "“{%(said)s}”: kế hoạch không có chỉ tiêu “%(no)s”. Các chỉ tiêu: %(known)s.",
            said=inside, no=inside.partition(":")[0].strip()[9:].strip(), known=known,
        ))  # fmt: skip
    if field is None:
        return Problem(0, _(
            "“{%(said)s}”: không có mục “%(field)s”. Hãy dùng một trong: %(known)s.",
            said=inside, field=inside.partition(":")[2].strip(), known=", ".join(FIELD_WORDS),
        ))  # fmt: skip
    return field(line)


def _unknown(inside: str) -> str:
    return _(
        "không hiểu “{%(said)s}”. Hãy viết như {chỉ tiêu 1: tỷ lệ} hoặc {ngày chốt}; nếu không "
        "định chèn số thì bỏ dấu { }.",
        said=inside,
    )


def problems(text: str, figures: Figures) -> list[Problem]:
    """Everything in a text that could not be filled, with its line."""
    names = names_of(figures.lines)
    return [found for n, line in enumerate(text.split("\n"), 1)
            for found in _line_problems(n, line, figures, names)]  # fmt: skip


def _line_problems(
    n: int, line: str, figures: Figures, names: Mapping[str, Line]
) -> Iterator[Problem]:
    for match in PLACEHOLDER.finditer(line):
        told = _told(match[1], figures, names)
        if isinstance(told, Problem):
            yield Problem(n, told.text)
    if _LONE.search(PLACEHOLDER.sub("", line)):
        yield Problem(n, _("có dấu { hoặc } lẻ. Hãy viết đủ cặp, như {ngày chốt}, hoặc bỏ dấu đó."))


def filled(text: str, figures: Figures) -> str:
    """The text with every placeholder filled; what is not known stays as it was typed."""
    names = names_of(figures.lines)

    def one(match: re.Match[str]) -> str:
        told = _told(match[1], figures, names)
        return match[0] if isinstance(told, Problem) else told

    return PLACEHOLDER.sub(one, text)


def paragraphs(text: str) -> list[str]:
    """The lines of a text that say something, each a paragraph."""
    return [words for line in text.split("\n") if (words := clean(line))]


def tidy(text: str) -> str:
    """A typed text as it is kept: clean lines, no more than one empty line in a row."""
    lines = [
        clean(line) for line in text.replace("\r", "\n" if "\n" not in text else "").split("\n")
    ]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).strip("\n")


# --- the first draft ------------------------------------------------------------------------------


def draft(figures: Figures) -> str:
    """Results in whole sentences, one for each line; the numbers stay placeholders, so they cannot grow old."""
    lines = [_("Tính đến hết ngày {ngày chốt}: {tổng hợp}.")]
    own = [line for line in figures.lines if not line["is_commitment"]]
    promised = [line for line in figures.lines if line["is_commitment"]]
    lines += [_sentence(line, figures) for line in own]
    if promised:
        lines.append(_("Các nhiệm vụ kế hoạch nêu mà không ghi tỷ lệ theo năm:"))
        lines += [_sentence(line, figures) for line in promised]
    return "\n".join(lines)


def _sentence(line: Line, figures: Figures) -> str:
    told = placeholder(line, figures.lines, "kết quả và đánh giá")
    label = line["no"].strip(" –-")
    name = _("Chỉ tiêu %(no)s", no=label) + ". " if label and not line["is_commitment"] else ""
    return f"- {name}{line['title']}: {told}."
