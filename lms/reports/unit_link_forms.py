"""A unit's sheet as a page: the same for a link and for an account, and what its form says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from lms.core import clock, web
from lms.core.errors import Refusal
from lms.indicators.declared_save import About
from lms.people.models import Unit
from lms.reports.unit_link_desk import Asked, Desk
from lms.reports.unit_link_rows import OwnRow, own_rows
from lms.reports.unit_link_sending import Boxes, newest_said


@dataclass(frozen=True)
class UnitSheet:
    """What one unit is asked, and its own rows. Through a link small counts are hidden (`exact` false)."""

    desk: Desk
    unit: Unit
    exact: bool

    def asked(self) -> list[Asked]:
        """The figures asked of it."""
        return self.desk.asked(self.unit)

    def rows(self) -> list[OwnRow]:
        """Its part of every figure today."""
        return own_rows(self.desk.opened, self.unit)

    def context(self, refusal: Refusal | None) -> dict[str, Any]:
        """What the templates show; what was typed and refused stays in its boxes."""
        remarks = self.desk.remarks.get(self.unit.id, [])
        return {
            "sheet": self,
            "unit": self.unit,
            "duty": self.desk.duty,
            "asked": self.asked(),
            "rows": self.rows(),
            "last_remark": remarks[0] if remarks else None,
            "seen": newest_said(self.desk.proposals.get(self.unit.id, [])),
            "today": clock.today(),
            "refusal": refusal,
            "errors": errors_of(refusal),
            "typed": request.form if refusal else {},
            "sent": request.args.get("gui", type=int),
            "told_remark": request.args.get("noi", ""),
        }


def errors_of(refusal: Refusal | None) -> dict[str, str]:
    """Field → what is wrong with it."""
    fields: Mapping[str, Any] = refusal.fields if refusal else {}
    return {name: " ".join(str(word) for word in why) for name, why in fields.items()}


def boxes_of_form() -> dict[str, Boxes]:
    """Code → what stands in its boxes."""
    codes = {name.partition("|")[2] for name in request.form if name[:2] in ("n|", "d|")}
    return {
        code: Boxes(
            request.form.get(f"n|{code}", "")[:40], request.form.get(f"d|{code}", "")[:40]
        )
        for code in sorted(codes)[:100]
    }  # fmt: skip


def about_of_form() -> About:
    """The day, the source and the standing of all figures that are sent together."""
    return About(
        web.form_day("as_of"),
        request.form.get("source", ""),
        request.form.get("status", "official"),
    )
