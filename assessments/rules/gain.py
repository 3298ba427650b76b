"""How much people changed between two measurements, with an interval, and who was not measured twice.

A person's score is the share of points of a form (0 to 1). The change is taken within each person, so
that it does not matter who was good to begin with; its interval is Student's for paired values:
mean ± t(97.5 %, n − 1) · s / √n, where s is the standard deviation of the n changes. Pure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

MIN_PAIRS = 20
"""With fewer people measured twice nothing is said but how many they are."""
CONFIDENCE = 0.95
ENOUGH = "ok"
NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True)
class Score:
    """Points of a form, in all and by skill: skill → (points, most)."""

    points: int
    most: int
    skills: Mapping[str, tuple[int, int]]

    @property
    def share(self) -> float:
        """The share of all points, 0 to 1."""
        return self.points / self.most

    def share_of(self, skill: str) -> float | None:
        """The share of a skill's points; None when the form did not ask it."""
        points, most = self.skills.get(skill, (0, 0))
        return points / most if most else None


@dataclass(frozen=True, slots=True)
class Pair:
    """One person measured twice."""

    before: Score
    after: Score


@dataclass(frozen=True, slots=True)
class Change:
    """A mean change. `code`: ok or not_enough, then only `n` is told.

    `before` and `after` are means in per cent; `gain`, `low` and `high` percentage points, the interval
    of 95 %; `full_before` the share (per cent) of people who had all points already the first time.
    """

    code: str
    n: int
    before: float = 0.0
    after: float = 0.0
    gain: float = 0.0
    low: float = 0.0
    high: float = 0.0
    full_before: float = 0.0

    @property
    def is_told(self) -> bool:
        """Whether there are enough people to say anything."""
        return self.code == ENOUGH

    @property
    def direction(self) -> str:
        """up or down when the whole interval lies on one side of 0, else unclear."""
        if not self.is_told or self.low <= 0 <= self.high:
            return "unclear"
        return "up" if self.low > 0 else "down"


def change(pairs: Iterable[Pair]) -> Change:
    """The change of all points; the same pairs in any order give the same figures to the last bit."""
    return _change([(pair.before.share, pair.after.share) for pair in pairs])


def change_by_skill(pairs: Iterable[Pair], skills: Iterable[str]) -> dict[str, Change]:
    """Skill → its change, over the people whom both forms asked it."""
    held = list(pairs)
    return {skill: _change(_asked_twice(held, skill)) for skill in skills}


def _asked_twice(pairs: Sequence[Pair], skill: str) -> list[tuple[float, float]]:
    shares = ((pair.before.share_of(skill), pair.after.share_of(skill)) for pair in pairs)
    return [(one, two) for one, two in shares if one is not None and two is not None]


def _change(shares: Sequence[tuple[float, float]]) -> Change:
    n = len(shares)
    if n < MIN_PAIRS:
        return Change(NOT_ENOUGH, n)
    gains = [after - before for before, after in shares]
    gain, half = _mean(gains), interval_half(gains)
    return Change(
        ENOUGH,
        n,
        before=100 * _mean([before for before, _ in shares]),
        after=100 * _mean([after for _, after in shares]),
        gain=100 * gain,
        low=100 * (gain - half),
        high=100 * (gain + half),
        full_before=100 * sum(before == 1 for before, _ in shares) / n,
    )


def _mean(values: Sequence[float]) -> float:
    # fsum rounds once, at the end, so that the order of people changes nothing.
    return math.fsum(values) / len(values)


def interval_half(values: Sequence[float], confidence: float = CONFIDENCE) -> float:
    """Half the width of Student's interval of the mean of at least two values."""
    n, mean = len(values), _mean(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (n - 1)
    return t_quantile((1 + confidence) / 2, n - 1) * math.sqrt(variance / n)


@lru_cache(maxsize=1024)
def t_quantile(probability: float, freedom: int) -> float:
    """The value that Student's t with `freedom` (≥ 1) degrees stays below with this probability (≥ 0.5).

    Halving the distance on `t_within` until neighbouring numbers are reached: it grows with t.
    """
    wanted, low, high = 2 * probability - 1, 0.0, 1.0
    while t_within(high, freedom) < wanted:
        low, high = high, 2 * high
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        if t_within(middle, freedom) < wanted:
            low = middle
        else:
            high = middle


def t_within(t: float, freedom: int) -> float:
    """The probability that |T| ≤ t: the finite series for whole degrees of freedom.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 (odd) and 26.7.4 (even), with
    θ = arctan(t / √ν).
    """
    theta = math.atan(t / math.sqrt(freedom))
    sine, cosine = math.sin(theta), math.cos(theta)
    if freedom % 2 == 0:
        return sine * _series(1.0, 1, cosine, freedom - 2)
    if freedom == 1:
        return 2 * theta / math.pi
    return 2 / math.pi * (theta + sine * _series(cosine, 2, cosine, freedom - 2))


def _series(first: float, start: int, cosine: float, last: int) -> float:
    """first · (1 + start/(start+1) cos² + …), each factor two further, up to the power `last` of cos."""
    total, term, top = first, first, start
    power = 0 if start == 1 else 1
    while power + 2 <= last and term > 1e-18 * total:
        term *= cosine * cosine * top / (top + 1)
        total, top, power = total + term, top + 2, power + 2
    return total


@dataclass(frozen=True, slots=True)
class Measured:
    """Which of two measurements a person has. `learning`: the class is still running."""

    first: bool
    second: bool
    learning: bool = False


@dataclass(frozen=True, slots=True)
class DropOut:
    """How many people were measured twice, once or never.

    `still_learning` are those of `first_only` whose class is still running: their second form is ahead.
    """

    both: int = 0
    first_only: int = 0
    second_only: int = 0
    neither: int = 0
    still_learning: int = 0

    @property
    def people(self) -> int:
        """Everybody, measured or not."""
        return self.both + self.first_only + self.second_only + self.neither


def drop_out(people: Iterable[Measured]) -> DropOut:
    """Count everybody once."""
    held = list(people)
    first_only = [one for one in held if one.first and not one.second]
    return DropOut(
        both=sum(one.first and one.second for one in held),
        first_only=len(first_only),
        second_only=sum(one.second and not one.first for one in held),
        neither=sum(not one.first and not one.second for one in held),
        still_learning=sum(one.learning for one in first_only),
    )


@dataclass(frozen=True, slots=True)
class TaskChange:
    """How many of `n` people seen at a task both before and after could do it without help."""

    code: str
    n: int
    could_before: int = 0
    can_after: int = 0


def task_change(seen: Iterable[tuple[str | None, str | None]]) -> TaskChange:
    """`seen`: per person the verdicts before and after (of TASK_VERDICTS, None: not looked at)."""
    twice = [(before, after) for before, after in seen if before and after]
    if len(twice) < MIN_PAIRS:
        return TaskChange(NOT_ENOUGH, len(twice))
    before = sum(one == "can_do" for one, _ in twice)
    return TaskChange(ENOUGH, len(twice), before, sum(one == "can_do" for _, one in twice))
