"""Units that were renamed or merged: which unit stood on a day, and what it was called then.

Nothing that was written down is rewritten: a home, a class or a figure keeps the unit it was given,
and whoever asks of a day follows the changes dated on or before it. Source: design/domain.md and
docs/adr/0020: history stays with the unit of that day and rolls up to the one that took over.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K", bound=Hashable)


class Change(NamedTuple, Generic[K]):
    """A unit is called otherwise, or is part of another one, from the day `happened_on`.

    `into` is the unit that takes over; None says that the change is a rename.
    """

    unit: K
    happened_on: date
    old_name: str
    new_name: str
    into: K | None = None


@dataclass(frozen=True, slots=True)
class Joined(Generic[K]):
    """Units that became part of another one on the same day, under their names of the day before."""

    day: date
    units: tuple[K, ...]
    names: tuple[str, ...]


class UnitHistory(Generic[K]):
    """The standing changes of a commune's units; days before, between and after them can be asked."""

    def __init__(self, changes: Iterable[Change[K]] = ()) -> None:
        in_order = sorted(changes, key=lambda one: (one.happened_on, str(one.unit)))
        self.merges = {one.unit: one for one in in_order if one.into is not None}
        self._renames: defaultdict[K, list[Change[K]]] = defaultdict(list)
        self._parts: defaultdict[K, list[Change[K]]] = defaultdict(list)
        for one in in_order:
            if one.into is None:
                self._renames[one.unit].append(one)
            else:
                self._parts[one.into].append(one)

    def at(self, unit: K, on: date) -> K:
        """The unit that this one is part of on a day; itself until it is merged."""
        seen = [unit]
        while (merge := self.merges.get(seen[-1])) and merge.happened_on <= on:
            after = merge.into
            if after is None or after in seen:
                # A ring is refused when it is written; if one stands, no unit of it may be lost.
                return min(seen, key=str)
            seen.append(after)
        return seen[-1]

    def moved(self, on: date) -> dict[K, K]:
        """Every unit that is part of another one on the day, with that one."""
        found = {unit: self.at(unit, on) for unit in self.merges}
        return {unit: now for unit, now in found.items() if now != unit}

    def last(self, unit: K) -> K:
        """The unit at the end of all mergers, also of those that wait for their day."""
        return self.at(unit, date.max)

    def name(self, unit: K, on: date, known: str) -> str:
        """What the unit was called on a day; `known` is the name of one that was never renamed."""
        renames = self._renames.get(unit, [])
        before = [one.new_name for one in renames if one.happened_on <= on]
        if before:
            return before[-1]
        return renames[0].old_name if renames else known

    def territory(self, unit: K, on: date) -> frozenset[K]:
        """The unit and all that had become part of it by the day, whatever became of it itself."""
        found, waiting = {unit}, [unit]
        while waiting:
            into = waiting.pop()
            for one in self._parts.get(into, ()):
                if one.happened_on <= on and one.unit not in found:
                    found.add(one.unit)
                    waiting.append(one.unit)
        return frozenset(found)

    def joined(self, unit: K, on: date) -> tuple[Joined[K], ...]:
        """What became part of the unit by the day, the earliest first."""
        merges = [self.merges[part] for part in self.territory(unit, on) - {unit}]
        days = sorted({one.happened_on for one in merges})
        of = {day: [one for one in merges if one.happened_on == day] for day in days}
        return tuple(
            Joined(
                day,
                tuple(one.unit for one in sorted(found, key=_by_name)),
                tuple(one.old_name for one in sorted(found, key=_by_name)),
            )
            for day, found in of.items()
        )

    def changes_of(self, unit: K) -> list[Change[K]]:
        """Every change that names the unit, as the one changed or the one that takes over."""
        own = self.merges.get(unit)
        found = [*self._renames.get(unit, ()), *self._parts.get(unit, ())]
        return sorted([*found, own] if own else found, key=lambda one: one.happened_on)


def _by_name(change: Change[K]) -> tuple[str, str]:
    return change.old_name, str(change.unit)


class Fault(StrEnum):
    """Why a change cannot be written; the words are in `lms.people.unit_changes`."""

    SAME_NAME = "same_name"
    NAME_TAKEN = "name_taken"
    ITSELF = "itself"
    OTHER_KIND = "other_kind"
    TOO_EARLY = "too_early"
    INTO_TOO_EARLY = "into_too_early"
    CLOSED = "closed"
    INTO_CLOSED = "into_closed"
    CIRCLE = "circle"
    LATER_CHANGE = "later_change"


HOMES = frozenset({"thon", "to_dan_pho", "khu_dan_cu"})


@dataclass(frozen=True, slots=True)
class Known(Generic[K]):
    """What is known of a unit beside its changes."""

    key: K
    name: str
    kind: str
    opened_on: date | None = None
    closed_on: date | None = None


def fault_of_rename(
    history: UnitHistory[K], units: Iterable[Known[K]], unit: Known[K], name: str, day: date
) -> Fault | None:
    """Why the unit cannot be called so from that day, or None."""
    if unit.opened_on and day <= unit.opened_on:
        return Fault.TOO_EARLY
    if not _stands(history, unit, day):
        return Fault.CLOSED
    if name == history.name(unit.key, day, unit.name):
        return Fault.SAME_NAME
    others = (one for one in units if one.key != unit.key and _stands(history, one, day))
    alike = {
        history.name(one.key, day, one.name).casefold() for one in others if one.kind == unit.kind
    }
    return Fault.NAME_TAKEN if name.casefold() in alike else None


def fault_of_merge(
    history: UnitHistory[K], unit: Known[K], into: Known[K], day: date
) -> Fault | None:
    """Why the unit cannot become part of the other from that day, or None."""
    later = any(one.happened_on >= day for one in history.changes_of(unit.key))
    checks = (
        (unit.key == into.key, Fault.ITSELF),
        (unit.kind != into.kind and not {unit.kind, into.kind} <= HOMES, Fault.OTHER_KIND),
        (history.last(into.key) == unit.key, Fault.CIRCLE),
        (bool(unit.opened_on and day <= unit.opened_on), Fault.TOO_EARLY),
        (bool(into.opened_on and day < into.opened_on), Fault.INTO_TOO_EARLY),
        (not _stands(history, unit, day), Fault.CLOSED),
        (not _stands(history, into, day), Fault.INTO_CLOSED),
        (later or unit.key in history.merges, Fault.LATER_CHANGE),
    )
    return next((fault for wrong, fault in checks if wrong), None)


def _stands(history: UnitHistory[K], unit: Known[K], day: date) -> bool:
    """Whether the unit is one of its own on the day.

    A day of closing that a merger gave is that merger's, which the history knows.
    """
    if history.at(unit.key, day) != unit.key:
        return False
    by_merger = unit.key in history.merges
    return unit.closed_on is None or by_merger or day < unit.closed_on
