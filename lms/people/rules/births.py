"""How two births agree: a day, a year alone, a guessed day, and the slips that pens and memories make."""

from datetime import date

GUESSED_MONTHS = (1, 7)
"""Offices that know the year only write 1 January, or 1 July for the middle of the year."""
GENERATION = 9
"""Years; two people of one name who are further apart are two generations, unless a digit slipped."""


def is_guess(born: date) -> bool:
    """Whether the day is what offices write when they know the year only."""
    return born.day == 1 and born.month in GUESSED_MONTHS


def births_alike(
    year: int | None, other_year: int | None, born: date | None, other_born: date | None
) -> str | None:
    """The code of how two births agree or differ; None when one of them is not known."""
    if born and other_born and not (is_guess(born) or is_guess(other_born)):
        return _days(born, other_born)
    if year is None or other_year is None:
        return None
    if year == other_year:
        return "birth_guess" if born and other_born else "year_same"
    return _years(year, other_year)


def _days(a: date, b: date) -> str:
    if a == b:
        return "birth_same"
    if a.year != b.year:
        slipped = (a.day, a.month) == (b.day, b.month) and _year_slipped(a.year, b.year)
        return "birth_other_year" if slipped else "year_differs"
    if (a.day, a.month) == (b.month, b.day):
        return "birth_swapped"
    return "birth_digit" if _digits_apart(f"{a:%d%m}", f"{b:%d%m}") == 1 else "birth_differs"


def _year_slipped(a: int, b: int) -> bool:
    """One digit is another, two stand in each other's place, or the age is counted in another way."""
    one, two = str(a), str(b)
    return abs(a - b) <= 2 or _digits_apart(one, two) == 1 or _swapped(one, two)


def _digits_apart(one: str, two: str) -> int:
    return sum(x != y for x, y in zip(one, two, strict=True))


def _swapped(one: str, two: str) -> bool:
    return one[:2] == two[:2] and one[2:] == two[:1:-1]


def _years(a: int, b: int) -> str:
    if abs(a - b) <= 2:
        # The age as the old count it is a year or two more.
        return "year_near"
    near = abs(a - b) <= GENERATION and _digits_apart(str(a), str(b)) == 1
    return "year_digit" if near or _swapped(str(a), str(b)) else "year_differs"


def years_apart(year: int, other_year: int, born: date | None, other_born: date | None) -> bool:
    """Whether the years alone say two people: the quick answer to what `births_alike` says at length."""
    gap = year - other_year
    if gap == 0:
        return False
    # Two digits that changed places are a multiple of nine apart, one other digit a multiple of ten.
    if -GENERATION <= gap <= GENERATION or not (gap % 9 and gap % 10):
        return births_alike(year, other_year, born, other_born) == "year_differs"
    return True
