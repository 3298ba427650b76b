"""Rules of classes that are carried away. Standard library only; no clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

PACK_DAYS = 14
"""How long a pack is valid, and how far ahead its meetings may lie."""
SPARE_CARDS = 5
SPARES_AT_MOST = 30

# Viet Nam has kept UTC+7 without summer time since 1975; no class is older.
_VIETNAM = timezone(timedelta(hours=7))

CLAIMING = frozenset({"tablet", "phone", "home", "box"})
"""Kinds of devices whose word that a trainer saw something is a claim until a trainer confirms it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What one tablet said of an opening or closing, at an aware instant."""

    device: str
    at: datetime


def span(opened: Collection[Told], closed: Collection[Told]) -> tuple[datetime, datetime] | None:
    """From the first opening to the last end that any tablet told; None when none told an opening.

    Where a tablet opened and never said that it closed, its part ended with its Vietnamese day.
    """
    if not opened:
        return None
    ends = [one.at for one in closed]
    for device in {one.device for one in opened}:
        last = max(one.at for one in opened if one.device == device)
        if all(one.at < last for one in closed if one.device == device):
            ends.append(day_end(last))
    first = min(one.at for one in opened)
    return first, max(first, *ends)


def day_end(at: datetime) -> datetime:
    """The last second of the Vietnamese day of an aware instant."""
    day = at.astimezone(_VIETNAM).date()
    return datetime.combine(day, time(23, 59, 59), tzinfo=_VIETNAM)


def days_within(today: date) -> list[date]:
    """The days on which a pack made today may hold meetings."""
    return [today + timedelta(days=n) for n in range(PACK_DAYS)]


def days_proposed(today: date, planned: Sequence[date]) -> list[date]:
    """The days chosen at first: the planned meetings still to be held, else today and tomorrow."""
    within = days_within(today)
    return sorted({day for day in planned if day in within}) or within[:2]
