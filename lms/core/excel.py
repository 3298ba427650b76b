"""Excel files that somebody uploads, read by a program of its own.

A file of a few kilobytes (one cell at the far corner is enough) can make the reader ask for more
memory than there is, which ends its process at once; it must not be the service's.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from lms.core.errors import Unavailable
from lms.core.i18n import _

PATIENCE = 60
"""Seconds that reading a file may take."""
WAIT = 20.0
"""Seconds that a file waits for those before it."""
READERS = threading.BoundedSemaphore(2)
"""Each reader may take a gigabyte, so that a few at once would leave nothing to the service."""

Cell = str | int | float | bool | date | datetime | time | None
Place = tuple[int, int]


class UnreadableExcel(Exception):
    """The file is damaged, has a password, or asks for more than a reader may take."""


@dataclass(frozen=True)
class ExcelSheet:
    """A visible sheet from A1 on. `rows` is None when it has more cells than are read."""

    name: str
    height: int
    rows: Sequence[Sequence[Cell]] | None
    merged: Sequence[tuple[Place, Place]]
    """(top, left), (bottom, right) of each merged range, from 0."""
    valueless: frozenset[Place]
    """Formulas without a result, and errors."""


def read_excel(content: bytes) -> list[ExcelSheet]:
    """Every visible sheet of an xlsx or xls file; UnreadableExcel when there is no reading it.

    Unavailable while too many others are being read.
    """
    if not READERS.acquire(timeout=WAIT):
        refusal = Unavailable(_("Máy chủ đang đọc các tệp khác. Hãy chờ một phút rồi gửi lại."))
        refusal.retry_after = 60
        raise refusal
    try:
        return _read(content)
    finally:
        READERS.release()


def _read(content: bytes) -> list[ExcelSheet]:
    program = [sys.executable, "-I", str(Path(__file__).with_name("excel_program.py"))]
    try:
        done = subprocess.run(  # noqa: S603 - the program is our own, its only input are the bytes.
            program, input=content, capture_output=True, timeout=PATIENCE, check=True
        )
        return [_sheet(one) for one in json.loads(done.stdout)]
    except (subprocess.SubprocessError, ValueError) as error:
        raise UnreadableExcel from error


def _sheet(told: dict[str, Any]) -> ExcelSheet:
    rows = told["rows"]
    return ExcelSheet(
        told["name"],
        told["height"],
        None if rows is None else [[_cell(value) for value in row] for row in rows],
        [((top, left), (bottom, right)) for (top, left), (bottom, right) in told["merged"]],
        frozenset((row, column) for row, column in told["valueless"]),
    )


def _cell(value: Any) -> Cell:
    if not isinstance(value, dict):
        return value  # type: ignore[no-any-return]  # What JSON holds beside objects is a Cell.
    if "day" not in value:
        return str(value["text"])
    text = value["day"]
    for kind in (date, datetime, time):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return str(text)
