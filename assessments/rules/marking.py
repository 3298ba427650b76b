"""Marking: a pure function of the pinned form and the set of the attempt's events.

The mark is provisional until everything that was submitted is held, and comes out the same on box and
commune in any order of arrival.  Practice counts the best branch of a forked attempt; in a certifying
test the first complete submit stands, and a trainer may choose another branch with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from assessments.rules.forms import Form
from assessments.rules.trail import Branch, Entry, Responses, branches
from courses.activities import KINDS
from courses.activities.wording import same
from courses.rules import Item

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Correction:
    """What was decided about a faulty question: these answers are right too, or everybody gets the point.

    It never takes a point away, so several corrections of one question may be joined in any order.
    """

    everybody: bool = False
    accepted: tuple[tuple[str, ...], ...] = ()

    def joined(self, other: Correction) -> Correction:
        """Both corrections together."""
        accepted = tuple(sorted({*self.accepted, *other.accepted}))
        return Correction(self.everybody or other.everybody, accepted)


Corrections = Mapping[str, Correction]
"""Item id → what was decided about it; empty for almost every form."""

NONE: Corrections = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ItemMark:
    item: str
    skill: str
    points: int
    max: int
    answered: bool


@dataclass(frozen=True, slots=True)
class SkillMark:
    skill: str
    points: int
    max: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What an attempt is worth. `items` stand in the form's order, `skills` by name.

    `branch` is the segment of the branch that counts (None for marks made of plain answers),
    `forked` that there are others, `provisional` that something submitted has not arrived.
    """

    items: tuple[ItemMark, ...]
    provisional: bool = False
    submitted: bool = True
    forked: bool = False
    branch: str | None = None

    @property
    def total(self) -> int:
        return sum(item.points for item in self.items)

    @property
    def max(self) -> int:
        return sum(item.max for item in self.items)

    @property
    def missing(self) -> tuple[str, ...]:
        """The items without an answer, in the form's order."""
        return tuple(item.item for item in self.items if not item.answered)

    @property
    def skills(self) -> tuple[SkillMark, ...]:
        return tuple(self.skill(name) for name in sorted({item.skill for item in self.items}))

    def skill(self, name: str) -> SkillMark:
        """The points of one skill; 0 of 0 when the form did not ask for it."""
        own = [item for item in self.items if item.skill == name]
        return SkillMark(name, sum(i.points for i in own), sum(i.max for i in own))


def mark_answers(form: Form, answers: Responses, corrections: Corrections = NONE) -> Mark:
    """Mark plain answers (item id → response). Answers to other items count for nothing."""
    marked = (
        _marked(asked.item, answers.get(asked.item.id, ()), corrections.get(asked.item.id))
        for asked in form.items
    )
    return Mark(tuple(marked))


def _marked(item: Item, response: Sequence[str], correction: Correction | None) -> ItemMark:
    points = KINDS[item.kind].points(item, response)
    if correction is not None and not points:
        points = int(_is_given(item, response, correction))
    return ItemMark(item.id, item.skill, points, 1, bool(response))


def _is_given(item: Item, response: Sequence[str], correction: Correction) -> bool:
    return correction.everybody or any(same(item, response, one) for one in correction.accepted)


def mark_branches(
    form: Form, entries: Iterable[Entry], corrections: Corrections = NONE
) -> tuple[Mark, ...]:
    """The mark of every branch, the one that counts first. Empty without events.

    Which branch counts never depends on a correction.
    """
    lines = branches(entries)
    made = [(line, _branch_mark(form, line, len(lines) > 1, {})) for line in lines]
    rank = _certifying_rank if form.secret else _practice_rank
    ranked = sorted(made, key=lambda pair: rank(*pair))
    return tuple(_branch_mark(form, line, len(lines) > 1, corrections) for line, _mark in ranked)


def mark(
    form: Form,
    entries: Iterable[Entry],
    chosen: str | None = None,
    corrections: Corrections = NONE,
) -> Mark:
    """The mark of the attempt.

    `chosen` names the branch (by its segment) that a trainer chose in a forked certifying test.
    Without events the mark is empty and not submitted.
    """
    marks = mark_branches(form, entries, corrections)
    for one in marks:
        if one.branch == chosen:
            return one
    return marks[0] if marks else replace(mark_answers(form, {}), provisional=True, submitted=False)


def _branch_mark(form: Form, line: Branch, forked: bool, corrections: Corrections) -> Mark:
    return replace(
        mark_answers(form, line.responses, corrections),
        provisional=not line.complete,
        submitted=line.submit is not None,
        forked=forked,
        branch=line.segment,
    )


def _certifying_rank(line: Branch, _mark: Mark) -> tuple[object, ...]:
    # Branches have no order of their own, so the first submit is told by the time that the events
    # carry; it is the same wherever it is computed.
    submitted_at = line.submit.at if line.submit else _NEVER
    return (
        not line.complete,
        line.submit is None,
        submitted_at,
        line.submit_event or "",
        -len(line.answers),
        line.segment,
    )


def _practice_rank(line: Branch, mark: Mark) -> tuple[object, ...]:
    return -mark.total, not line.complete, len(mark.missing), line.segment
