"""The chance of passing one drawn form by guessing; the chance of a blueprint is in courses.chance."""

from __future__ import annotations

from fractions import Fraction

from assessments.rules.forms import Form
from courses.chance import guess_chance, passing_chance
from courses.rules import PassRule

__all__ = ["form_guess_chance", "guess_chance"]


def form_guess_chance(form: Form, rule: PassRule) -> Fraction:
    """The chance that a blind guesser passes this very form in one try."""
    return passing_chance([asked.item for asked in form.items], rule)
