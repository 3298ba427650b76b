"""The report as canonical JSON: the same facts give the same bytes and the same SHA-256 for ever.

The hash is over `report` alone. The commune, the audit checkpoint and the sample mark stand beside
it, for they may change while the figures do not. No person is named or numbered in it.
"""

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lms.core.audit import Checkpoint, canonical
from lms.core.i18n import _
from lms.indicators.bare import full_id
from lms.indicators.export_parts import Parts
from lms.indicators.plan_annex import Annex
from lms.indicators.rules.figure import PlanReport
from lms.indicators.rules.figure import canonical as plain
from lms.people.models import Commune

SCHEMA = "lop-hoc-so/plan-report/1"


@dataclass(frozen=True)
class Paper:
    """A report with what is printed around it.

    `annexes` are the plan's own tables; `parts` the breakdowns that the figures do not hold
    themselves, None where nobody counted them.
    """

    report: PlanReport
    commune: Commune
    checkpoint: Checkpoint
    annexes: tuple[Annex, ...] = field(default=(), kw_only=True)
    parts: Parts | None = field(default=None, kw_only=True)

    @cached_property
    def sha256(self) -> str:
        """The report's hash as it is printed on every export; made once."""
        return hashlib.sha256(canonical(report_data(self.report)).encode()).hexdigest()

    @property
    def stem(self) -> str:
        """The name of its files, without the ending: 'viet-tri-2026-11-21'."""
        return f"{self.report.plan.code}-{self.report.as_of.isoformat()}"

    @property
    def seal_text(self) -> str:
        """What lets anybody check the paper: its hash and the audit log's state."""
        return _(
            "Mã kiểm tra SHA-256: %(sha)s. Nhật ký: %(size)s mục, gốc %(root)s.",
            sha=self.sha256,
            size=self.checkpoint.size,
            root=self.checkpoint.root,
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """Further sentences below the figures; a closed period says who closed it and what was missing."""
        return ()


def report_data(report: PlanReport) -> dict[str, Any]:
    """The report as plain data; exact decimals are strings, ids have their usual form."""
    data: dict[str, Any] = plain(report, people=False)
    for figure in (*data["figures"], *data["commitments"]):
        _with_full_ids(figure)
    return data


def _with_full_ids(figure: dict[str, Any]) -> None:
    for row in figure["by_unit"]:
        row["unit"] = str(full_id(row["unit"])) if row["unit"] else None
    population = figure["population"]
    population["declared_keys"] = [str(full_id(key)) for key in population["declared_keys"]]
    for reading in figure["readings"]:
        _with_full_ids(reading)


def document(paper: Paper) -> dict[str, Any]:
    """The whole file: schema, commune, report, its hash and the audit checkpoint."""
    commune = paper.commune
    return {
        "schema": SCHEMA,
        "commune": {
            "code": commune.short_code,
            "name": commune.title,
            "province": commune.province,
            "is_sample": commune.is_sample,
        },
        "report": report_data(paper.report),
        "breakdown": paper.parts.data() if paper.parts else None,
        "sha256": paper.sha256,
        "audit": {"size": paper.checkpoint.size, "root": paper.checkpoint.root},
    }


def json_bytes(paper: Paper) -> bytes:
    """Canonical JSON: sorted keys, no blanks, UTF-8."""
    return (canonical(document(paper)) + "\n").encode()
