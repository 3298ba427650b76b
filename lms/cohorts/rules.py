"""Rules of a class: codes, PINs, pictures, presence. Standard library only; no clock, no chance."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum


class Presence(StrEnum):
    """Whether a learner was at a class session."""

    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


PRESENCE_WORDS = {
    Presence.PRESENT: "có mặt",
    Presence.ABSENT: "vắng",
    Presence.EXCUSED: "vắng có phép",
}


def clamped(at: datetime, opened: datetime | None, received: datetime) -> datetime:
    """An event's time: inside [class session opened, received]; never later than it was received."""
    return min(max(at, opened) if opened else at, received)


def standing(links: Mapping[str, str | None]) -> str:
    """The event that none other corrects, whatever the order of arrival.

    `links` maps an event id to the id of the event it corrects. Two corrections made at once on two
    devices: the greater id stands, so that every place decides the same.
    """
    corrected = set(links.values())
    return max((one for one in links if one not in corrected), default=max(links))
