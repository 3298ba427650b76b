"""The one place that reads the clock, and the calendar of Vietnam."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_now: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731 - a replaceable source.


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _now()


def today() -> date:
    """The present day in Vietnam, on which every deadline and age is counted."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """The Vietnamese calendar day of an aware instant."""
    return instant.astimezone(VIETNAM).date()


def local(instant: datetime) -> datetime:
    """The instant on Vietnamese clocks, for screens and paper."""
    return instant.astimezone(VIETNAM)


class frozen:  # noqa: N801 - read as a sentence: `with frozen(instant):`
    """Hold the clock at one instant: `with frozen(datetime(..., tzinfo=UTC)):` (tests, samples)."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def __enter__(self) -> "frozen":
        global _now  # noqa: PLW0603 - the clock is the one thing the process shares.
        self._before = _now
        _now = lambda: self.instant  # noqa: E731
        return self

    def move(self, instant: datetime) -> None:
        """Set the held clock to another instant."""
        self.instant = instant

    def __exit__(self, *_: object) -> None:
        global _now  # noqa: PLW0603
        _now = self._before
