"""The JSON names of what is said of questions and forms."""

from typing import Any

import marshmallow as ma

from assessments.item_statistics import FormFigures, ItemLine
from courses.rules import FORM_KINDS, LEVELS
from lms.core.api import In, Out


class FormQuery(In):
    """Which form; by default the first of the version, its basic test."""

    form = ma.fields.String(load_default="", validate=ma.validate.OneOf(FORM_KINDS))
    level = ma.fields.String(load_default="", validate=ma.validate.OneOf(LEVELS))


class ReliabilityOut(Out):
    """Reliability of a form; null under 30 people or pairs of questions that 30 people were asked."""

    alpha = ma.fields.Float()
    error = ma.fields.Float(metadata={"description": "standard error of measurement, in points"})
    people = ma.fields.Integer()
    pairs = ma.fields.Integer()
    complete = ma.fields.Boolean(metadata={"description": "everybody was asked everything: KR-20"})


class GuessingOut(Out):
    """The chance of somebody who only guesses."""

    needed = ma.fields.Integer()
    tries = ma.fields.Integer()
    one_try = ma.fields.Float()
    all_tries = ma.fields.Float()


class ChosenOut(Out):
    """An answer and who gave it; what fewer than three people wrote themselves is left out."""

    key = ma.fields.String(attribute="choice.key")
    right = ma.fields.Boolean(attribute="choice.right")
    count = ma.fields.Integer()
    share = ma.fields.Float()
    rest = ma.fields.Float(allow_none=True)
    dead = ma.fields.Boolean()
    beats_key = ma.fields.Boolean()


class ItemFiguresOut(Out):
    """A question; every figure but `n` is null under 30 people."""

    id = ma.fields.String()
    skill = ma.fields.String()
    n = ma.fields.Integer()
    facility = ma.fields.Float(allow_none=True)
    low = ma.fields.Float(allow_none=True)
    high = ma.fields.Float(allow_none=True)
    item_rest = ma.fields.Float(allow_none=True)
    upper_lower = ma.fields.Float(allow_none=True)
    flags = ma.fields.List(ma.fields.String())
    choices = ma.fields.List(ma.fields.Nested(ChosenOut))


class ItemStatisticsOut(Out):
    """A form of a version, on first attempts of the commune's people."""

    form = ma.fields.String()
    level = ma.fields.String()
    length = ma.fields.Integer()
    people = ma.fields.Integer()
    totals = ma.fields.List(ma.fields.Integer(), allow_none=True)
    reliability = ma.fields.Nested(ReliabilityOut, allow_none=True)
    guessing = ma.fields.Nested(GuessingOut, allow_none=True)
    items = ma.fields.List(ma.fields.Nested(ItemFiguresOut))


def figures_out(found: FormFigures) -> dict[str, Any]:
    """What ItemStatisticsOut reads."""
    form = found.blueprint
    return {
        "form": form.kind,
        "level": form.level,
        "length": form.count,
        "people": found.people,
        "totals": found.totals,
        "reliability": found.reliability,
        "guessing": found.passing,
        "items": [_item(line) for line in found.lines],
    }


def _item(line: ItemLine) -> dict[str, Any]:
    f = line.figures
    names = ("facility", "low", "high", "item_rest", "upper_lower")
    told: dict[str, Any] = {name: getattr(f, name) if f else None for name in names}
    return told | {
        "id": line.item.id,
        "skill": line.item.skill,
        "n": line.n,
        "flags": f.flags if f else (),
        "choices": [row for row in f.choices if row.told] if f else [],
    }
