"""All questions of a version on one page, with their keys: for those who answer for the content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, request

from assessments.paper import PaperQuestion, on_paper
from assessments.questions import pictures_of
from courses import queries
from courses.activities import KINDS
from courses.question_words import BANK_NAMES, KIND_NAMES
from courses.rules import Item, ProgrammeVersion
from lms.core import web
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.policy import Reach, allow

blueprint = Blueprint("previews", __name__)


@dataclass(frozen=True)
class Wanted:
    """Which questions to show; '' is any."""

    skill: str = ""
    bank: str = ""
    kind: str = ""

    def fits(self, item: Item) -> bool:
        """Whether the question is one of them."""
        wanted = ((self.skill, item.skill), (self.bank, item.bank), (self.kind, item.kind))
        return all(asked in ("", found) for asked, found in wanted)


@dataclass(frozen=True)
class Shelf:
    """The questions of one skill in one bank."""

    title: str
    bank: str
    questions: tuple[PaperQuestion, ...]


@blueprint.get("/chuong-trinh/<uuid:version_id>/cau-hoi")
@allow(officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def questions(version_id: UUID) -> str:
    """Every question as a learner meets it, its key beside it; `?in=1` as sheets of paper."""
    version = queries.visible(web.session(), actor().commune, version_id)
    wanted = Wanted(*(request.args.get(name, "") for name in ("skill", "bank", "kind")))
    paper = "in" in request.args
    shelves = list(_shelves(version, wanted))
    return render_template(
        "assessments/preview_paper.html" if paper else "assessments/preview.html",
        version=version, shelves=shelves, wanted=wanted, chance=chance_words,
        address=version.programme.address, media=pictures_of(version), **_words(version),
    )  # fmt: skip


def _shelves(version: ProgrammeVersion, wanted: Wanted) -> Iterator[Shelf]:
    """By skill, then by bank, in the order of the programme; numbered through."""
    number = 1
    for skill in version.programme.skills:
        for bank in BANK_NAMES:
            held = [i for i in version.items if (i.skill, i.bank) == (skill.code, bank)]
            found = [item for item in held if wanted.fits(item)]
            if found:
                numbered = enumerate(found, number)
                yield Shelf(skill.title, bank, tuple(on_paper(version, i, n) for n, i in numbered))
            number += len(found)


def _words(version: ProgrammeVersion) -> dict[str, Any]:
    return {
        "skills": [(skill.code, skill.title) for skill in version.programme.skills],
        "banks": BANK_NAMES,
        "kinds": KIND_NAMES,
    }


def chance_words(item: Item) -> str:
    """The chance of somebody who knows nothing, as people write it: '25%', 'dưới 0,1%'."""
    chance = KINDS[item.kind].guess(item)
    if chance < Fraction(1, 1000):
        return _("dưới 0,1%")
    return f"{float(chance) * 100:.1f}%".replace(".0%", "%").replace(".", ",")
