"""Which backups stay: the newest whole one of each of the last days, weeks and months that have one.

Periods are those that hold a backup, not those of the calendar: a laptop that lay in a cupboard for a
year, or whose clock jumped, loses nothing. A backup that cannot be read stands for no period and is
left where it is, to be looked at; nothing is deleted as long as no whole backup is there.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from lms.core.clock import VIETNAM

NAME = re.compile(r"lop-hoc-so-(\d{8}-\d{6})(?:-(\d+))?\.zip")


@dataclass(frozen=True)
class Keep:
    """How many days, weeks and months keep their newest backup."""

    daily: int = 7
    weekly: int = 5
    monthly: int = 12


@dataclass(frozen=True)
class Rotated:
    """What a rotation did."""

    kept: tuple[Path, ...]
    deleted: tuple[Path, ...]
    damaged: tuple[Path, ...]


def age(path: Path) -> tuple[datetime, int] | None:
    """When a backup was made, by its name, and which of that second; None for any other file."""
    found = NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        made = datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=VIETNAM)
    except ValueError:
        return None
    return made, int(found[2] or 1)


def backups(folder: Path) -> list[Path]:
    """The backups of a folder, the newest first; files of other names are none of ours."""
    dated = [(made, path) for path in folder.glob("*.zip") if (made := age(path))]
    return [path for _made, path in sorted(dated, reverse=True)]


def chosen(ours: Sequence[Path], keep: Keep, whole: Callable[[Path], bool]) -> list[Path]:
    """Those that stay, the newest first. `whole` is asked only of those that could stay."""
    stay: set[Path] = set()
    for form, most in (("%Y%m%d", keep.daily), ("%G%V", keep.weekly), ("%Y%m", keep.monthly)):
        periods: set[str] = set()
        for path in ours:
            made = age(path)
            assert made is not None  # noqa: S101 - only names with a date are in `ours`.
            period = made[0].strftime(form)
            if period not in periods and len(periods) < most and whole(path):
                periods.add(period)
                stay.add(path)
    return [path for path in ours if path in stay]


def rotate(folder: Path, keep: Keep, check: Callable[[Path], object]) -> Rotated:
    """Delete what need not stay. The newest whole backup always stays, whatever `keep` says."""
    whole = _Whole(check)
    ours = backups(folder)
    newest = next((path for path in ours if whole(path)), None)
    if newest is None:
        return Rotated((), (), tuple(ours))
    stay = [newest, *(path for path in chosen(ours, keep, whole) if path != newest)]
    goes = [path for path in ours if path not in stay]
    # Whether one that goes is whole was asked only where it competed for a period.
    damaged = [path for path in goes if whole.cached(path) is False]
    deleted = [path for path in goes if path not in damaged]
    for path in deleted:
        path.unlink(missing_ok=True)
    return Rotated(tuple(stay), tuple(deleted), tuple(damaged))


class _Whole:
    """Whether a backup is whole; each is read once."""

    def __init__(self, check: Callable[[Path], object]) -> None:
        self._known: dict[Path, bool] = {}
        self._check = check

    def __call__(self, path: Path) -> bool:
        if path not in self._known:
            try:
                self._check(path)
                self._known[path] = True
            except click.ClickException:
                self._known[path] = False
        return self._known[path]

    def cached(self, path: Path) -> bool | None:
        """The answer, where it was asked."""
        return self._known.get(path)
