"""Rules of a class: codes, PINs, pictures, presence. Standard library only; no clock, no chance."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Protocol, TypeVar


class MeetingOfDay(Protocol):
    """What tells the meetings of one day apart."""

    number: Any
    opened_at: Any
    closed_at: Any
    cancelled_at: Any


Meeting = TypeVar("Meeting", bound=MeetingOfDay)


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
ACCOMMODATIONS = {
    "read_aloud": "đọc to câu hỏi",
    "oral": "trả lời miệng",
    "helper": "có người giúp thao tác",
    "large_type": "chữ lớn",
}
LEVELS = ("basic", "proficient")
CODE_LENGTH = 6
PIN_LENGTH = 4
CARD_LENGTH = 10
HOME_LENGTH = 8

Below = Callable[[int], int]
"""below(n): a random whole number from 0 to n - 1."""


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


def next_of_day(meetings: Sequence[Meeting]) -> Meeting | None:
    """Which of a class's meetings of one day is meant: the open one, the next to open, the last held.

    A cancelled one only when there is no other.
    """
    return min(
        meetings,
        key=lambda one: (
            one.cancelled_at is not None, one.closed_at is not None, one.opened_at is None,
            -one.number if one.closed_at else one.number,
        ),
        default=None,
    )  # fmt: skip


def is_weak(pin: str) -> bool:
    """Whether people would try it first: 0000, 1212, 1234, 4321."""
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    return len(set(pin)) <= 2 or steps in ({1}, {-1})


def draw_pin(below: Below, taken: Collection[str] = ()) -> str:
    """Four digits that are not weak and that nobody else in the class has."""
    while True:
        pin = f"{below(10**PIN_LENGTH):0{PIN_LENGTH}d}"
        if not is_weak(pin) and pin not in taken:
            return pin


def draw_picture(
    taken: Sequence[tuple[str, str]], pictures: Sequence[str], colours: Sequence[str]
) -> tuple[str, str] | None:
    """A drawing and a ground that nobody in the class has; None when the class has used them all.

    The least used drawing comes first, so that two learners share one only when there are no more; then
    the least used colour of those still free with it.
    """
    drawn, painted = Counter(p for p, _ in taken), Counter(c for _, c in taken)
    held = set(taken)
    free = [(p, c) for p in pictures for c in colours if (p, c) not in held]
    return min(
        free,
        key=lambda pair: (
            drawn[pair[0]], painted[pair[1]], pictures.index(pair[0]), colours.index(pair[1]),
        ),
        default=None,
    )  # fmt: skip


def clean_code(typed: str) -> str:
    """A class code as people type it: 'k1a bcd' or 'K1A-BCD' is 'K1ABCD'; O and I were never given."""
    return "".join(letter for letter in typed.upper() if letter.isascii() and letter.isalnum())


# The quasigroup of order 10 of H. M. Damm (2004): one wrong digit, and two neighbours that changed
# places, always give another check digit.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def check_digit(digits: str) -> str:
    """The Damm digit of some digits; of a number with its right check digit it is '0'."""
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def draw_card(below: Below) -> str:
    """A new card number: nine random digits and their check digit."""
    digits = f"{below(10 ** (CARD_LENGTH - 1)):0{CARD_LENGTH - 1}d}"
    return digits + check_digit(digits)


def clean_card(typed: str) -> str:
    """A card number as people type it: '4827 1934 05' and '4827.1934.05' are '4827193405'."""
    return "".join(letter for letter in typed if letter.isascii() and letter.isalnum())


def is_card(number: str) -> bool:
    """Whether ten digits stand there, the last of which is the check digit of the others."""
    has_digits = len(number) == CARD_LENGTH and number.isascii() and number.isdigit()
    return has_digits and check_digit(number) == "0"


def grouped_card(number: str) -> str:
    """'4827193405' as it is printed: '4827 1934 05'."""
    return f"{number[:4]} {number[4:8]} {number[8:]}"


def card_in(text: str) -> str | None:
    """The card number at the end of what a QR code says ('…/the#4827193405'), or None."""
    number = clean_card(text.rpartition("#")[2])
    return number if is_card(number) else None


def split_code(typed: str, length: int) -> tuple[str, str]:
    """(the commune's short code, the code) of 'TBT-K1ABCD' typed in any way; an empty code is none."""
    letters = clean_code(typed)
    return letters[:-length], letters[-length:]
