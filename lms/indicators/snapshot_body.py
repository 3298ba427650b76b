"""What a closing freezes: canonical JSON of everything printed, and the official files made of it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lms.core.audit import canonical
from lms.core.i18n import _
from lms.core.text import day, hour
from lms.indicators.closing_period import Check, Wanted
from lms.indicators.export_csv import csv_bytes
from lms.indicators.export_json import Paper, report_data
from lms.indicators.export_parts import Parts
from lms.indicators.headline import headline, plan_title, setting_notes, standing_notes
from lms.indicators.rules.figure import PlanReport
from lms.indicators.sheet import Line, Step, commitment_lines, lines_of
from lms.indicators.snapshot_rules import Known, figures_of

SCHEMA = "lop-hoc-so/snapshot/1"
OFFICIAL = ("xlsx", "csv", "json")


def sha256(content: bytes) -> str:
    """The hash as it is printed."""
    return hashlib.sha256(content).hexdigest()


def text_sha256(text: str) -> str:
    """The hash of a canonical text."""
    return sha256(text.encode())


# --- the frozen report --------------------------------------------------------------------------


def frozen_report(report: PlanReport, parts: Parts | None = None) -> dict[str, Any]:
    """The report with every text that is printed beside its numbers, and its breakdowns."""
    lines = lines_of(report)
    counted = headline(lines)
    return {
        "report": report_data(report),
        "title": plan_title(report.plan),
        "headline": {
            "met": counted.met, "unmet": counted.unmet, "no_target": counted.no_target,
            "unknown": counted.unknown, "doubtful": counted.doubtful,
        },
        "lines": [_line(line) for line in (*lines, *commitment_lines(report))],
        "notes": [*setting_notes(report), *standing_notes(), *report.plan.notes],
        **({"breakdown": parts.data()} if parts else {}),
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    """One figure as it is printed; numbers stay numbers."""
    return {
        "no": line.no, "code": line.code, "title": line.title, "where": line.where,
        "population": line.population, "population_line": line.population_line,
        "unit_word": line.unit_word, "subject": line.figure.counted.subject.value,
        "numerator": line.numerator, "denominator": line.denominator, "value": line.value_text,
        "size": line.figure.population.size, "target": line.target_text,
        "has_target": line.target is not None, "met": line.figure.outcome.met,
        "state": line.state, "state_text": line.state_text, "needed": line.needed_text,
        "points": line.points_text, "not_yet": line.not_yet_text, "leads": line.leads,
        "helpers": line.helpers, "remarks": line.remarks, "sources": line.sources,
        "ladder": _steps(line.ladder), "outside": _steps(line.outside),
        "others": [
            {"where": one.where, "text": one.text, "result": one.result} for one in line.others
        ],
        "is_commitment": line.is_commitment,
    }  # fmt: skip


def _steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [{"name": one.name, "number": one.number, "counts": one.counts} for one in steps]


def known_in(body: dict[str, Any], sets: dict[str, dict[str, Any]]) -> dict[str, Known]:
    """What a frozen body says of each figure, with who was in it."""
    return {line["code"]: _known(line, sets.get(line["code"])) for line in body["lines"]}


def _known(line: dict[str, Any], held: dict[str, Any] | None) -> Known:
    people = held["people"] if held else frozenset()
    missing = held["missing"] if held else None
    return Known(
        line["numerator"], line["size"], line["met"], people,
        None if missing is None else people | missing,
    )  # fmt: skip


def sets_of(report: PlanReport) -> dict[str, dict[str, Any]]:
    """Who is in each figure and who is missing, and what counted for each."""
    return {
        code: {
            "subject": one.counted.subject.value,
            "people": one.people,
            "missing": one.missing,
            "proofs": {key: one.evidence_of(key) for key in one.people},
        }
        for code, one in figures_of(report).items()
    }


# --- the whole body -----------------------------------------------------------------------------


def period_data(wanted: Wanted) -> dict[str, Any]:
    """Which period was closed; the cut-off counts its whole day."""
    return {
        "report": wanted.report, "title": wanted.title, "starts": wanted.starts.isoformat(),
        "ends": wanted.ends.isoformat(), "as_of": wanted.as_of.isoformat(),
    }  # fmt: skip


def checks_data(checks: Sequence[Check]) -> list[dict[str, Any]]:
    """The checklist as it was found."""
    return [{"code": one.code, "text": one.text, "missing": one.count} for one in checks]


def instant(at: datetime) -> str:
    """An instant as the body holds it: UTC, to the second."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat()


def dumped(body: dict[str, Any]) -> str:
    """The canonical text of a body."""
    return canonical(body)


# --- the official files -------------------------------------------------------------------------


@dataclass(frozen=True)
class SealedPaper(Paper):
    """A report as it was closed: what is printed beside it tells of the closing."""

    name: str
    seal: str
    told: tuple[str, ...]

    @property
    def stem(self) -> str:
        """The name of its files, without the ending: 'viet-tri-2026-12-09-chot-so-3'."""
        return self.name

    @property
    def seal_text(self) -> str:
        """The hash of the whole closing, and that of its figures with the audit log's state."""
        plain = Paper(self.report, self.commune, self.checkpoint)
        return f"{self.seal} {plain.seal_text}"

    @property
    def remarks(self) -> tuple[str, ...]:
        """What is printed below the figures: who closed, what was missing, the remark."""
        return self.told


def closing_words(body: dict[str, Any]) -> tuple[str, ...]:
    """The closing in sentences for paper: who and when, what was missing and why nevertheless."""
    closed = body["closed"]
    told = [
        _("Bản chốt số %(n)s: %(title)s.", n=body["number"], title=body["period"]["title"]),
        _("Người chốt: %(name)s, %(at)s.", name=closed["by"], at=_when(closed["at"])),
    ]
    if closed.get("approved_by"):
        name, at = closed["approved_by"], _when(closed["approved_at"])
        told.append(_("Người duyệt: %(name)s, %(at)s.", name=name, at=at))
    if body["replaces"]:
        told.append(_("Bản này thay bản chốt số %(n)s.", n=body["replaces"]))
    if body["remark"]:
        told.append(_("Nhận xét: %(said)s", said=body["remark"]))
    gaps = [check["text"] for check in body["checklist"] if check["missing"]]
    if gaps:
        told.append(_("Khi chốt còn thiếu: %(gaps)s.", gaps="; ".join(gaps)))
        told.append(_("Lý do vẫn chốt: %(said)s", said=body["in_spite"]))
    return tuple(told)


def _when(text: str) -> str:
    at = datetime.fromisoformat(text)
    return _("%(hour)s ngày %(day)s", hour=hour(at), day=day(at))


def official_files(paper: SealedPaper, data: dict[str, Any], digest: str) -> dict[str, bytes]:
    """xlsx, csv and JSON, made once; the JSON holds the canonical body beside its hash."""
    from lms.indicators.export_xlsx import xlsx_bytes

    whole = canonical({"sha256": digest, "content": data}) + "\n"
    return {"xlsx": xlsx_bytes(paper), "csv": csv_bytes(paper), "json": whole.encode()}


def json_is_whole(content: bytes) -> bool:
    """Whether an official JSON file still says what its own hash says."""
    data = json.loads(content)
    return bool(text_sha256(canonical(data["content"])) == data["sha256"])
