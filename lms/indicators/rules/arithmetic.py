"""The arithmetic of a target: exact, in whole people, and shown as Vietnamese readers expect.

Source: design/domain.md "Indicators": comparison is exact, display truncates (99,96% is shown
99,9%), gaps in points are rounded up and never 0,0 while the target is unmet.
"""

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from lms.indicators.rules.plan import Target
from lms.indicators.rules.vocabulary import Operator, TargetUnit


def needed(target: Target, d: int) -> int:
    """The smallest numerator that meets the target in a population of `d`.

    For a share t: floor(t·d/100)+1 for `>`, ceil(t·d/100) for `>=`. For a count the population
    plays no part. "Mỗi" asks for all of them.
    """
    if target.unit is TargetUnit.EACH:
        return d
    asked = Fraction(target.value)
    if target.unit is TargetUnit.PERCENT:
        asked = asked * d / 100
    return floor(asked) + 1 if target.operator is Operator.MORE_THAN else ceil(asked)


def is_met(target: Target, n: int, d: int) -> bool:
    """Whether `n` of `d` meets the target: 100·n > t·d or 100·n >= t·d, without rounding."""
    if target.unit is TargetUnit.EACH:
        return n >= d
    of, asked = 100 * n, Fraction(target.value) * d
    if target.unit is TargetUnit.COUNT:
        of, asked = n, Fraction(target.value)
    return of > asked if target.operator is Operator.MORE_THAN else of >= asked


def gap_people(target: Target, n: int, d: int) -> int:
    """How many more are needed: max(0, needed − n). Not the number of those still missing."""
    return max(0, needed(target, d) - n)


def gap_points(target: Target, n: int, d: int) -> Decimal | None:
    """Percentage points to the target, rounded up to one decimal; None for a count.

    Unmet is never 0,0: "trên 95" at exactly 95,0 is 0,1 away.
    """
    if target.unit is TargetUnit.COUNT:
        return None
    if is_met(target, n, d):
        return Decimal("0.0")
    share = Fraction(100) if target.unit is TargetUnit.EACH else Fraction(target.value)
    tenths = ceil((share - Fraction(100 * n, d)) * 10)
    return Decimal(max(1, tenths)) / 10


def truncated_rate(n: int, d: int) -> Decimal:
    """The rate in percent cut (never rounded) to one decimal."""
    return Decimal(1000 * n // d) / 10


def number_text(value: int) -> str:
    """A whole number with Vietnamese thousands points: 30.500."""
    return f"{value:,}".replace(",", ".")


def decimal_text(value: Decimal) -> str:
    """An exact decimal with the comma and without needless noughts: 85,5."""
    plain = format(value, "f")
    whole, _, rest = plain.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    rest = rest.rstrip("0")
    return sign + number_text(int(digits)) + (f",{rest}" if rest else "")


def rate_text(n: int, d: int) -> str:
    """The rate as it is printed: 85,5%, 95,0%, 99,9%; 100% and 0% only when they are exact."""
    if n in (0, d):
        return "0%" if n == 0 else "100%"
    tenths = 1000 * n // d
    return f"{number_text(tenths // 10)},{tenths % 10}%"


def points_text(points: Decimal) -> str:
    """A gap in points with its one decimal: 0,1."""
    return f"{points:.1f}".replace(".", ",")
