"""What stands on a report's paper, as plain data: the same for docx and pdf, kept whole with the document."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from lms.core.i18n import _
from lms.core.text import day, number
from lms.indicators.snapshot_body import closing_words
from lms.reports.document_letterhead import Letterhead
from lms.reports.document_texts import Words, frozen_figures
from lms.reports.document_words import SECTIONS, Figures, filled, paragraphs

LAYOUT = 1
"""The version of the standard layout; another one is another document."""
SCHEMA = "lop-hoc-so/report-document/1"
ROMAN = ("I", "II", "III", "IV")
NONE = "–"
_SPAN_IN_BRACKETS = re.compile(r"\(([^()]+)\)$")
_TIED = re.compile(r"\b(năm|quý|ngày) (?=[\dIVX])")


@dataclass(frozen=True, slots=True)
class Restated:
    """A restatement that was published after the closing: its number, day and reason."""

    number: int
    on: date
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Source:
    """All that a document is made from. `body` is the frozen body of the closing."""

    body: Mapping[str, Any]
    snapshot_sha256: str
    letterhead: Letterhead
    words: Words
    restated: Sequence[Restated] = ()

    @property
    def figures(self) -> Figures:
        """The frozen figures."""
        return frozen_figures(self.body)


def paper(source: Source, year: int) -> dict[str, Any]:
    """Everything on the paper; `year` is that of the making, which stands in the line of the date."""
    head, body = source.letterhead, source.body
    commune = body["commune"]
    return {
        "head": head.head,
        "superior": list(head.superior),
        "agency": list(head.agency),
        "own_name": head.own_name,
        "number_line": head.number_line,
        "date_line": head.date_line(year),
        "subject": _tied(subject(source)),
        "addressees": list(_addressed(source).address_lines),
        "opening": opening(source),
        "sections": sections(source),
        "words": {name: _filled(source, name) for name in SECTIONS},
        "ending": ending(source),
        "authority": list(head.authority),
        "position": head.position,
        "signer": head.signer,
        "recipients": list(_addressed(source).recipient_lines),
        "annex": annex(source),
        "landscape": head.annex == "landscape",
        "sample": _("DỮ LIỆU MẪU – KHÔNG CÓ THẬT") if commune["is_sample"] else "",
        "seal": seal(source),
        "sha256": source.snapshot_sha256,
        "snapshot": body["number"],
        "plan": body["title"],
        "period": body["period"]["title"],
        "as_of": day(date.fromisoformat(body["period"]["as_of"])),
        "commune": commune["name"],
        "province": commune["province"],
    }


# --- the letter -----------------------------------------------------------------------------------


def _addressed(source: Source) -> Letterhead:
    """The letterhead, to the addressees of this very report where it names its own."""
    own = tuple(paragraphs(_text(source, "addressees")))
    return replace(source.letterhead, addressees=own) if own else source.letterhead


def _text(source: Source, name: str) -> str:
    return filled(source.words.get(name, ""), source.figures)


def _filled(source: Source, name: str) -> list[str]:
    return paragraphs(_text(source, name))


def subject(source: Source) -> str:
    """What the report is about: typed, or made of the plan and the period."""
    own = " ".join(paragraphs(_text(source, "subject")))
    return own or usual_subject(source.body["title"], source.figures)


def _tied(words: str) -> str:
    """The same words, with no line broken between "năm" and its number."""
    return _TIED.sub("\\1\u00a0", words)


def usual_subject(plan: str, figures: Figures) -> str:
    """'Kết quả thực hiện Kế hoạch “Bình dân học vụ số phường Việt Trì” quý IV/2026'."""
    when = span(figures)
    if plan.casefold().endswith(when.casefold()):
        # "… năm 2026” năm 2026" would say the year twice.
        return _("Kết quả thực hiện %(plan)s", plan=plan_name(plan))
    return _("Kết quả thực hiện %(plan)s %(span)s", plan=plan_name(plan), span=when)


def plan_name(title: str) -> str:
    """'Kế hoạch “…”': a title that begins with that word already is left as it is."""
    known = title.lower().startswith(("kế hoạch", "kế hoạch"))
    return title if known else _("Kế hoạch “%(title)s”", title=title)


def span(figures: Figures) -> str:
    """'quý IV/2026' of 'Báo cáo quý IV/2026'; 'năm 2026' of '… (năm 2026)'; 'đến ngày 15/11/2026'."""
    title = figures.period
    if named := _SPAN_IN_BRACKETS.search(title):
        return named[1]
    for start in (_("Báo cáo "), _("Số liệu ")):
        if title.startswith(start):
            return title[len(start) :]
    return f"({title})"


def opening(source: Source) -> str:
    """The sentence before the first heading."""
    own = " ".join(paragraphs(_text(source, "opening")))
    return own or usual_opening(source.body["title"], source.figures, source.letterhead)


def usual_opening(plan: str, figures: Figures, head: Letterhead) -> str:
    """Who reports what, up to which day."""
    return _(
        "Thực hiện %(plan)s, %(who)s báo cáo kết quả %(span)s, số liệu tính đến hết ngày %(day)s, "
        "cụ thể như sau:",
        plan=plan_name(plan),
        who=head.own_name,
        span=span(figures),
        day=day(figures.as_of),
    )


def sections(source: Source) -> list[dict[str, Any]]:
    """The headings that something was typed under, numbered one after the other."""
    told = [(str(title), _filled(source, name)) for name, title in SECTIONS.items()]
    some = [(title, lines) for title, lines in told if lines]
    return [
        {"heading": f"{ROMAN[n]}. {title.upper()}", "paragraphs": lines}
        for n, (title, lines) in enumerate(some)
    ]


def ending(source: Source) -> str:
    """The last sentence, with the mark that closes an official text."""
    return _(
        "Trên đây là báo cáo %(subject)s của %(who)s; số liệu từng chỉ tiêu có trong Phụ lục kèm theo./.",
        subject=_lowered(subject(source)),
        who=source.letterhead.own_name,
    )


def _lowered(words: str) -> str:
    return words[:1].lower() + words[1:]


def seal(source: Source) -> str:
    """What lets anybody find and check the figures of the paper."""
    return _(
        "Số liệu lấy từ bản chốt số %(n)s, tính đến hết ngày %(day)s. Mã kiểm tra SHA-256: %(sha)s.",
        n=source.body["number"],
        day=day(source.figures.as_of),
        sha=source.snapshot_sha256,
    )


# --- the annex ------------------------------------------------------------------------------------


def annex(source: Source) -> dict[str, Any]:
    """The plan's own lines in its own order, what it promises without a year, the ladder, the notes."""
    lines = source.figures.lines
    full = source.letterhead.sections == "full"
    return {
        "title": _("KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU CỦA KẾ HOẠCH"),
        "under": _(
            "(Kèm theo Báo cáo số%(gap)s ngày%(gap)stháng%(gap)snăm%(gap)s của %(who)s)",
            gap=" " * 8, who=source.letterhead.own_name,
        ),
        "rows": [_row(line) for line in lines if not line["is_commitment"]],
        "promised_title": _("Nhiệm vụ kế hoạch nêu mà không ghi tỷ lệ theo năm"),
        "promised": [_row(line) for line in lines if line["is_commitment"]],
        "ladder_title": _("Số người ở từng bậc chứng minh (bậc có dấu * được tính là đạt)"),
        "ladder": [_ladder(line) for line in lines if line["ladder"]] if full else [],
        "notes": list(_notes(source, full=full)),
    }  # fmt: skip


def _row(line: Mapping[str, Any]) -> dict[str, str]:
    """One figure as cells; a cell that cannot be filled says so with a dash, the verdict says why."""
    shown, whole = line["numerator"], line["denominator"]
    rate = line["value"] if shown is not None and whole is not None else NONE
    judged = line["state_text"] if line["has_target"] or line["state"] != "neutral" else NONE
    return {
        "no": line["no"].strip() if line["no"].strip(" –-") else "",
        "title": line["title"],
        "population": line["population_line"],
        "target": line["target"],
        "numerator": NONE if shown is None else number(shown),
        "denominator": NONE if whole is None else number(whole),
        "rate": rate,
        "verdict": "; ".join(filter(None, (judged, line["needed"]))),
        "leads": line["leads"],
        "helpers": line["helpers"],
    }


def _ladder(line: Mapping[str, Any]) -> dict[str, str]:
    steps = [*line["ladder"], *line["outside"]]
    told = [
        f"{step['name']}{'*' if step['counts'] else ''}: {number(step['number'])}" for step in steps
    ]
    return {"no": line["no"].strip(), "title": line["title"], "steps": "; ".join(told)}


def _notes(source: Source, *, full: bool) -> Iterator[str]:
    """Everything that must be read with the figures."""
    for one in source.restated:
        yield _(
            "Sau khi chốt đã công bố điều chỉnh lần %(n)s ngày %(day)s: %(reason)s "
            "Số trong báo cáo là số của bản chốt.",
            n=one.number, day=day(one.on), reason=one.reason.rstrip(".") + ".",
        )  # fmt: skip
    for line in source.figures.lines:
        yield from _line_notes(line)
    yield from closing_words(dict(source.body))
    if full and source.body["notes"]:
        # One paragraph: these say how to read any figure, and would fill half a page as a list.
        yield _("Cách đọc số liệu: %(rules)s", rules=" ".join(source.body["notes"]))


def _line_notes(line: Mapping[str, Any]) -> Iterator[str]:
    label = line["no"].strip(" –-")
    name = _("Chỉ tiêu %(no)s", no=label) if label else line["title"]
    said = "; ".join(str(remark).rstrip(".") for remark in line["remarks"])
    if said:
        yield f"{name}: {said}."
    for one in line["others"]:
        where = f" ({one['where']})" if one["where"] else ""
        result = f" {one['result']}." if one["result"] else ""
        yield f"{name}{where}: {str(one['text']).rstrip('.')}.{result}"
