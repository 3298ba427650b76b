"""Reading a list of 10,000 rows from an Excel file: our reader beside openpyxl (read only) and bare calamine.

Processor time, that of a helping process included: our reader opens the file in a process of its own, so that
a file made to harm cannot take the service with it.
"""

import io
import resource
import statistics
from collections.abc import Callable

import openpyxl
import python_calamine
from bench_import import ROWS, workbook
from common import ratio

from lms.people.reading import read

ROUNDS = 3
FILE = "dan-cu.xlsx"


def spent() -> float:
    """Seconds of processor time of this process and of those that it waited for."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + helpers.ru_utime + helpers.ru_stime


def seconds(work: Callable[[], int], rows: int = ROWS + 1) -> float:
    """Median of some rounds; each has to give every row."""
    times = []
    for _round in range(ROUNDS):
        began = spent()
        assert work() == rows
        times.append(spent() - began)
    return statistics.median(times)


def by_openpyxl(content: bytes) -> int:
    """The peer."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    return len([[cell.value for cell in row] for row in book.worksheets[0].iter_rows()])


def by_calamine(content: bytes) -> int:
    """The library alone."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return len(book.get_sheet_by_index(0).to_python())


def main() -> None:
    """The three, in one run."""
    content = workbook()
    peer = seconds(lambda: by_openpyxl(content))
    bare = seconds(lambda: by_calamine(content))
    ours = seconds(lambda: len(read(FILE, content)[0].rows))
    small = workbook(1)
    helper = seconds(lambda: len(read(FILE, small)[0].rows), 2)
    print(f"{ROWS} rows: openpyxl {peer:.2f} s, calamine {bare:.2f} s, ours {ours:.2f} s, "
          f"of which {helper:.2f} s to start the helping process")  # fmt: skip
    ratio("our reader with its own process, ÷ openpyxl's speed", peer, ours, "≥ 800%")
    ratio("our reader without starting it, ÷ openpyxl's speed", peer, ours - helper, "≥ 800%")
    ratio("bare calamine, ÷ openpyxl's speed", peer, bare, "–")


if __name__ == "__main__":
    main()
