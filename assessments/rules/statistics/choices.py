"""Who chose what: each answer with its share and how good the people are who chose it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from assessments.rules.statistics.matrix import Tally

GROUP_SHARE = Fraction(27, 100)
"""The upper and the lower group. T. L. Kelley, "The selection of upper and lower groups for the
validation of test items", Journal of Educational Psychology 30 (1939), 17-24: 27% tells most."""
DEAD_SHARE = 0.05
"""A wrong option that fewer choose does no work. T. M. Haladyna and S. M. Downing, "How many options
is enough for a multiple-choice test item?", Educational and Psychological Measurement 53 (1993), 999-1010."""
LEAST_TOLD = 3
"""An answer of their own (a typed number, an order of steps) that fewer people gave is never shown by
itself and never throws doubt on the key: it would be chance, and somebody's own words."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be told apart. `key` names it; '' is no answer at all.

    `right` belongs to the key; `offered` stands before everybody's eyes; `place` names the part of a
    question that it competes for, where a question has several.
    """

    key: str
    right: bool = False
    offered: bool = False
    place: str = ""


LEFT_OUT = Choice("")


@dataclass(frozen=True, slots=True)
class Question:
    """What the figures must know of an item: the chance of a blind guess and what can be chosen.

    `chosen` gives the choices that a response makes; None when responses are not known, then there
    is no table. `offered` are listed even if nobody chooses them.
    """

    guess: float = 0.0
    chosen: Callable[[tuple[str, ...]], Iterable[Choice]] | None = None
    offered: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class ChoiceFigures:
    """`share` is of all who were asked; `rest` the mean share of points that those who chose it have on
    the other items; `upper` the share of the upper group who chose it (people tied at its edge count in part).

    `dead`: a wrong option offered that fewer than DEAD_SHARE choose, though so many are wrong that each
    could have as many. `beats_key`: a wrong answer that the
    upper group chooses more often than the right one. `told` is False for an answer of their own that
    fewer than LEAST_TOLD people gave.
    """

    choice: Choice
    count: int
    share: float
    rest: float | None
    upper: float
    dead: bool
    beats_key: bool

    @property
    def told(self) -> bool:
        """Whether the answer may stand on a page by itself."""
        known = self.choice.offered or self.choice.right or self.choice == LEFT_OUT
        return known or self.count >= LEAST_TOLD


def group_weights(people: Mapping[Fraction, int], *, upper: bool) -> dict[Fraction, Fraction]:
    """Share of points → the part of the people with it that belongs to the upper or lower group.

    The group is exactly GROUP_SHARE of all; those tied at its edge belong to it in equal part, so the
    order in which people are listed changes nothing.
    """
    left = GROUP_SHARE * sum(people.values())
    found = {}
    for share in sorted(people, reverse=upper):
        part = min(Fraction(people[share]), left)
        found[share] = part / people[share]
        left -= part
    return found


def rest_counts(tally: Tally) -> Counter[Fraction]:
    """Share of points on the other items → number of people."""
    found: Counter[Fraction] = Counter()
    for (_given, rest), people in tally.items():
        if rest is not None:
            found[rest] += people
    return found


@dataclass(slots=True)
class _Sums:
    """What is added up for one choice."""

    count: int = 0
    rest_people: int = 0
    rest: Fraction = Fraction(0)
    upper: Fraction = Fraction(0)

    def add(self, people: int, rest: Fraction | None, weight: Fraction) -> None:
        self.count += people
        if rest is not None:
            self.rest_people += people
            self.rest += rest * people
            self.upper += weight * people


def choice_table(tally: Tally, question: Question) -> tuple[ChoiceFigures, ...]:
    """The choices, the right ones first, then by how many chose them; empty when none are known."""
    if question.chosen is None:
        return ()
    sums = _added_up(tally, question.chosen, question.offered)
    crowd = _Crowd(
        sum(tally.values()), sum(rest_counts(tally).values()), _is_roomy(tally, question)
    )
    order = sorted(sums, key=lambda c: (not c.right, c == LEFT_OUT, -sums[c].count, c.key))
    return tuple(_figures(choice, sums, crowd) for choice in order)


@dataclass(frozen=True, slots=True)
class _Crowd:
    """How many were asked, how many of them anything else, whether enough are wrong to spread."""

    asked: int
    known: int
    roomy: bool


def _is_roomy(tally: Tally, question: Question) -> bool:
    wrong = sum(people for (given, _rest), people in tally.items() if not given.points)
    offered = sum(not choice.right for choice in question.offered)
    return wrong >= DEAD_SHARE * sum(tally.values()) * offered


def _added_up(
    tally: Tally,
    chosen: Callable[[tuple[str, ...]], Iterable[Choice]],
    offered: Sequence[Choice],
) -> dict[Choice, _Sums]:
    weights = group_weights(rest_counts(tally), upper=True)
    sums = {choice: _Sums() for choice in offered}
    for (given, rest), people in tally.items():
        weight = weights[rest] if rest is not None else Fraction(0)
        for choice in set(chosen(given.response)) or {LEFT_OUT}:
            sums.setdefault(choice, _Sums()).add(people, rest, weight)
    return sums


def _figures(choice: Choice, sums: Mapping[Choice, _Sums], crowd: _Crowd) -> ChoiceFigures:
    own = sums[choice]
    wrong = not choice.right and choice != LEFT_OUT
    rare = own.count < DEAD_SHARE * crowd.asked
    rivals = [s.upper for c, s in sums.items() if c.right and c.place == choice.place]
    return ChoiceFigures(
        choice=choice,
        count=own.count,
        share=own.count / crowd.asked,
        rest=float(own.rest / own.rest_people) if own.rest_people else None,
        upper=float(own.upper / (GROUP_SHARE * crowd.known)) if crowd.known else 0.0,
        dead=wrong and choice.offered and rare and crowd.roomy,
        beats_key=wrong
        and (choice.offered or own.count >= LEAST_TOLD)
        and own.upper > min(rivals, default=Fraction(0)),
    )
