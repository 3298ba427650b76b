"""A numerator held against its population and its target.

Source: design/domain.md: never 0 and never 100 where nothing is known; "chưa có số liệu" before
"thiếu mẫu số", both before "kế hoạch không quy định".
"""

from dataclasses import replace

from lms.indicators.rules.arithmetic import (
    gap_people,
    gap_points,
    is_met,
    needed,
    rate_text,
    truncated_rate,
)
from lms.indicators.rules.figure import Outcome, State
from lms.indicators.rules.plan import Target


def share_outcome(n: int | None, d: int | None, target: Target | None) -> Outcome:
    """A share `n` of `d`. No data, no (or an empty) population, no target: said in this order."""
    if n is None:
        return Outcome(State.NO_DATA)
    if not d:
        return Outcome(State.NO_DENOMINATOR, numerator=n)
    shown = Outcome(
        State.NO_TARGET,
        numerator=n,
        rate=truncated_rate(n, d),
        rate_text=rate_text(n, d),
        not_yet=d - n if n <= d else None,
        exceeds=n > d,
    )
    return _against(shown, n, d, target)


def counted_outcome(n: int | None, target: Target | None) -> Outcome:
    """A number of things: it has no population and no rate."""
    if n is None:
        return Outcome(State.NO_DATA)
    return _against(Outcome(State.NO_TARGET, numerator=n), n, 0, target)


def _against(shown: Outcome, n: int, d: int, target: Target | None) -> Outcome:
    """The same outcome with the comparison, where there is a target."""
    if target is None:
        return shown
    return replace(
        shown,
        state=State.OK,
        met=is_met(target, n, d),
        needed=needed(target, d),
        gap_people=gap_people(target, n, d),
        gap_points=gap_points(target, n, d),
    )
