"""Papers of the shipped plans without a database: a small village counted, frozen, put under a letterhead."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from lms.indicators.closing_period import free_day
from lms.indicators.headline import headline
from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Settings
from lms.indicators.sheet import lines_of
from lms.indicators.snapshot_body import frozen_report, period_data
from lms.people.models import Commune
from lms.reports import document_words as words
from lms.reports.document_letterhead import Letterhead, standard
from lms.reports.document_paper import Restated, Source
from tests.indicators.village import Village

DAY = date(2026, 11, 15)
SHA = "ab" * 32
UNIT = "0" * 31 + "a"
"""Where they live; a unit's key is an id in hexadecimal."""
COMMUNE = Commune(
    short_code="TBT", kind="xa", name="Tân Bình Thượng", province="Thử", is_sample=False
)


def village() -> Village:
    """Ten adults, five of whom use things well; three officials, one of whom does."""
    made = Village().unit(UNIT)
    for n in range(10):
        made.person(f"p{n}", date(1980, 1 + n, 3), home=UNIT)
    for n in range(5):
        made.attained(f"p{n}", key=f"bài {n}", level="proficient")
    for n in range(3):
        made.official(f"p{n + 4}")
    made.attained("p4", programme="can-bo", key="bài cán bộ", level="proficient")
    return made


@lru_cache(maxsize=8)
def body(code: str = "viet-tri") -> dict[str, Any]:
    """A frozen body of a shipped plan, as a closing holds it."""
    plan = load_plan(shipped_plans()[code], code)
    report = compute(plan, village().facts(), DAY.year, DAY, Settings())
    counted = headline(lines_of(report))
    return {
        **frozen_report(report),
        "headline": {name: getattr(counted, name) for name in ("met", "unmet", "unknown", "no_target")},
        "commune": {"code": "TBT", "name": "xã Tân Bình Thượng", "province": "Thử", "is_sample": False},
        "number": 3, "replaces": None, "period": period_data(free_day(DAY)), "checklist": [],
        "in_spite": "", "remark": "", "closed": {"by": "Lê Kim Oanh", "at": "2026-11-16T02:00:00+00:00"},
    }  # fmt: skip


def source(code: str = "viet-tri", head: str = "ubnd", **typed: str) -> Source:
    """All that a document of this plan is made from, with the draft as its results."""
    letter = replace(standard(head, COMMUNE), signer="Đỗ Bình An", addressees=("Tỉnh Thử",))
    frozen = body(code)
    told = {name: typed.get(name, "") for name in words.FIELDS}
    made = Source(frozen, SHA, letter, told)
    told["results"] = told["results"] or words.draft(made.figures)
    return made


def restated(made: Source) -> Source:
    """The same after a restatement was published."""
    return replace(made, restated=[Restated(1, date(2026, 12, 1), "Ba bài về muộn", "cd" * 32)])


def letter(**more: Any) -> Letterhead:
    """A letterhead of the village."""
    return replace(standard("ubnd", COMMUNE), **more)
