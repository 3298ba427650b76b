"""The form of criteria: what was typed as plain data, and what a page needs to show it again.

A condition is a group of fields named `c1-kind`, `c1-least`, …; its kind is chosen when it is added and
its other fields follow from that, so that the form works without scripts.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.core.guard import Actor
from lms.core.i18n import _
from lms.indicators import wording
from lms.reports.commend_figures import named_figures
from lms.reports.commend_preview import offered_programmes
from lms.reports.commend_reading import LEVELS, MOST_CONDITIONS, PROOFS, SCHEMA
from lms.reports.commend_rules import (
    ASKED,
    OF_PLANS,
    OF_RESULTS,
    PERCENT,
    PLAIN,
    POINTS,
    RATES,
    Kind,
    Subject,
)
from lms.reports.commend_words import group_words, kind_words, span_words, subject_words

Form = MultiDict[str, str]
Errors = dict[str, str]


def data_of_form(form: Form) -> dict[str, Any]:
    """What the form says, in the shape of a criteria file; nothing is checked here."""
    names = ("name", "subject", "group", "from", "to", "order", "award", "remark")
    data: dict[str, Any] = {name: form.get(name, "").strip()[:2000] for name in names}
    return {"schema": SCHEMA, **data, "conditions": _conditions(form)}


def _conditions(form: Form) -> list[dict[str, Any]]:
    numbers = range(1, MOST_CONDITIONS + 2)
    return [_condition(form, f"c{n}-") for n in numbers if form.get(f"c{n}-kind")]


def _condition(form: Form, at: str) -> dict[str, Any]:
    kind = form[at + "kind"]
    data: dict[str, Any] = {"kind": kind}
    if kind not in PLAIN:
        data["least"] = form.get(at + "least", "").strip()[:20]
    if kind in OF_PLANS:
        data["plan"], _bar, data["indicator"] = form.get(at + "figure", "")[:200].partition("|")
        return data | (
            {"since": form.get(at + "since", "").strip()[:10]}
            if kind == Kind.INDICATOR_GAIN
            else {}
        )
    data["programmes"] = form.getlist(at + "programmes")[:40]
    for name in ("level", "proof"):
        if kind in OF_RESULTS:
            data[name] = form.get(at + name, "")
    return data | {"span": form.get(at + "span", "period")}


def changed_by_button(data: dict[str, Any], do: str, kind: str) -> bool:
    """Add or remove a condition when a button of the form asks for it; whether one did."""
    rows = data["conditions"]
    if do == "add":
        if kind in ASKED.get(_subject(data), ()):
            rows.append(fresh(kind))
        return True
    if do.startswith("remove-"):
        at = do.removeprefix("remove-")
        if at.isdigit() and 0 < int(at) <= len(rows):
            del rows[int(at) - 1]
            data["order"] = "0"
        return True
    return False


def _subject(data: dict[str, Any]) -> Subject:
    known = data.get("subject") in list(Subject)
    return Subject(data["subject"]) if known else Subject.PERSON


def fresh(kind: str) -> dict[str, Any]:
    """A condition of this kind before anything is typed."""
    start = "100" if kind == Kind.TEAM_MEMBERS else "80" if kind in PERCENT else "1"
    return {
        "kind": kind,
        "least": start,
        "programmes": [],
        "level": "basic",
        "proof": "test_passed",
    }


@dataclass(frozen=True)
class Fields:
    """Everything the page of the form offers."""

    subject: str
    groups: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    programmes: list[tuple[str, str]]
    levels: list[tuple[str, str]]
    proofs: list[tuple[str, str]]
    spans: list[tuple[str, str]]
    figures: list[tuple[str, str]]
    orders: list[tuple[str, str]]
    titles: dict[str, str] = field(default_factory=kind_words)

    def asks(self, kind: str, what: str) -> bool:
        """Whether a condition of this kind asks this: least, results, span, figure, since, programmes."""
        return {
            "least": kind not in PLAIN, "results": kind in OF_RESULTS, "figure": kind in OF_PLANS,
            "since": kind == Kind.INDICATOR_GAIN, "programmes": kind not in OF_PLANS,
            "span": kind in OF_RESULTS,
        }[what]  # fmt: skip

    def least_label(self, kind: str) -> str:
        """What the number is of."""
        if kind in POINTS:
            return _("Từ bao nhiêu điểm phần trăm trở lên")
        return _("Từ bao nhiêu phần trăm trở lên") if kind in PERCENT else _("Từ bao nhiêu trở lên")


def fields_for(session: Session, who: Actor, data: dict[str, Any]) -> Fields:
    """What the form offers for these criteria."""
    subject, words = _subject(data), kind_words()
    named = named_figures(session, who.commune) if subject is Subject.UNIT else {}
    return Fields(
        subject=subject_words()[subject],
        groups=list(group_words(subject).items()),
        kinds=[(str(kind), words[kind]) for kind in ASKED[subject]],
        programmes=offered_programmes(session, who.commune),
        levels=[(code, wording.level_name(code)) for code in LEVELS],
        proofs=[(code, wording.proof_name(code)) for code in PROOFS],
        spans=list(span_words().items()),
        figures=[(f"{plan}|{code}", title) for (plan, code), title in named.items()],
        orders=_orders(data),
    )


def _orders(data: dict[str, Any]) -> list[tuple[str, str]]:
    found = [("0", _("theo tên"))]
    for place, one in enumerate(data["conditions"], 1):
        if one["kind"] in RATES:
            found.append((str(place), _("theo tỷ lệ ở điều kiện %(n)s, cao trước", n=place)))
    return found


def field_errors(fields: dict[str, Any]) -> Errors:
    """Messages by the form's own field names: `conditions.2.least` is `c2-least`."""
    return {_field(name): " ".join(map(str, why)) for name, why in fields.items()}


def _field(name: str) -> str:
    parts = name.split(".")
    if len(parts) == 3 and parts[0] == "conditions":
        return f"c{parts[1]}-{'figure' if parts[2] in ('plan', 'indicator') else parts[2]}"
    return name
