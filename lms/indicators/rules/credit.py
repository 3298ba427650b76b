"""When an ambassador is credited with a mentee: only once the mentee has reached a proof as a pair.

Source: plans/README.md (đại sứ số, "mentors") and the ladder of proof in design/domain.md: being
guided, attending and learning are never an attainment. The proof must date from the first day of the
pair or later, and before the day on which they parted; which programme and level does not matter.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from lms.indicators.rules.evidence import stronger
from lms.indicators.rules.facts import Attainment, Key
from lms.indicators.rules.vocabulary import DEFAULT_PROOFS


class Standing(StrEnum):
    """How far a mentee is, seen from one pair."""

    CREDITED = "credited"
    BEFORE = "before"
    """Reached a proof before the pair began, and none since."""
    AFTER = "after"
    """Reached a proof only after they had parted."""
    NOT_YET = "not_yet"


class Pairing(NamedTuple):
    """A pair: from the day `starts`, and no longer on the day `ends`. Both are survivors of merges."""

    key: Key
    helper: Key
    mentee: Key
    starts: date
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """What became of a pair, and the attainment that says so."""

    pairing: Pairing
    standing: Standing
    proof: Attainment | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """An ambassador in numbers, each mentee once: now guided, of them credited, and the same before."""

    guided: int
    credited: int
    parted: int
    parted_credited: int


def credits(
    pairings: Iterable[Pairing], attainments: Iterable[Attainment], root: Callable[[Key], Key],
    proofs: Sequence[str] = DEFAULT_PROOFS,
) -> list[Credit]:  # fmt: skip
    """Every pair with what became of it. `attainments` are those that stand on the day."""
    pairs = list(pairings)
    reached: dict[Key, list[Attainment]] = {one.mentee: [] for one in pairs}
    for row in attainments:
        mine = reached.get(root(row.person))
        if mine is not None and row.proof in proofs:
            mine.append(row)
    return [_credit(one, reached[one.mentee]) for one in pairs]


def _credit(pairing: Pairing, reached: Sequence[Attainment]) -> Credit:
    """The strongest proof within the pair's days; without one, the nearest beside them."""
    ends = pairing.ends or date.max
    within = [row for row in reached if pairing.starts <= row.occurred_on < ends]
    if within:
        return Credit(pairing, Standing.CREDITED, _best(within))
    before = [row for row in reached if row.occurred_on < pairing.starts]
    if before:
        return Credit(pairing, Standing.BEFORE, _best(before))
    return Credit(pairing, Standing.AFTER if reached else Standing.NOT_YET, _best(reached))


def _best(rows: Sequence[Attainment]) -> Attainment | None:
    best: Attainment | None = None
    for row in rows:
        best = row if best is None or stronger(row, best) else best
    return best


def tally(found: Iterable[Credit], on: date) -> Tally:
    """One ambassador's pairs as numbers; a mentee who came back is counted as guided now."""
    rows = list(found)
    now = {one.pairing.mentee for one in rows if _stands(one.pairing, on)}
    once = {one.pairing.mentee for one in rows} - now
    good = {one.pairing.mentee for one in rows if one.standing is Standing.CREDITED}
    return Tally(len(now), len(now & good), len(once), len(once & good))


def _stands(pairing: Pairing, on: date) -> bool:
    return pairing.starts <= on and (pairing.ends is None or on < pairing.ends)
