"""The csv of units that `lms init` reads: villages, schools, agencies, enterprises."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import click
from sqlalchemy.orm import Session

from lms.core.text import clean, fold
from lms.people.models import UNIT_KINDS, Unit

COLUMNS = ("ma", "ten", "loai", "do_thi", "tu_ngay")
URBAN = {"": False, "0": False, "khong": False, "x": True, "1": True, "co": True}
SHOWN = 20
"""Problems printed; the rest are counted."""


@dataclass(frozen=True)
class UnitLine:
    """One line of the file, as it is written there; `number` counts the file's own lines."""

    number: int
    code: str
    name: str
    kind: str
    urban: str
    since: str = ""
    """The first day of a unit that is newer than the service (dd/mm/yyyy); mostly empty."""

    @property
    def opened_on(self) -> date | None:
        """The first day, where the file gives one; ValueError when it is no day."""
        return datetime.strptime(self.since, "%d/%m/%Y").date() if self.since else None  # noqa: DTZ007

    def problems(self) -> Iterator[str]:
        """What must be mended in this line."""
        at = f"dòng {self.number}"
        for column, value in (("ma", self.code), ("ten", self.name)):
            if not value:
                yield f"{at}: cột {column} để trống"
        if self.kind not in UNIT_KINDS:
            yield f"{at}: cột loai là '{self.kind}', hãy ghi một trong {', '.join(UNIT_KINDS)}"
        if self.urban not in URBAN:
            yield f"{at}: cột do_thi là '{self.urban}', hãy ghi x (đô thị) hoặc để trống"
        try:
            _ = self.opened_on
        except ValueError:
            yield f"{at}: cột tu_ngay là '{self.since}', hãy ghi ngày/tháng/năm hoặc để trống"


def read_units(raw: bytes) -> list[UnitLine]:
    """Units from csv (UTF-8; comma or semicolon); a ClickException names every line and column to mend."""
    try:
        lines = list(_lines(_text(raw)))
    except csv.Error as error:
        raise click.ClickException(f"Tệp đơn vị không phải csv đọc được: {error}") from error
    problems = [problem for line in lines for problem in line.problems()] + _repeated(lines)
    if not lines:
        problems = ["tệp chưa có đơn vị nào sau dòng tiêu đề"]
    if problems:
        more = [f"… và {len(problems) - SHOWN} chỗ nữa"] if len(problems) > SHOWN else []
        raise click.ClickException(
            "Tệp đơn vị chưa đúng, chưa có gì được lưu:\n  " + "\n  ".join(problems[:SHOWN] + more)
        )
    return lines


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(
            "Tệp đơn vị không phải UTF-8. Hãy mở tệp và lưu lại dạng 'CSV UTF-8'."
        ) from error


def _lines(text: str) -> Iterator[UnitLine]:
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    heading = [fold(name).replace(" ", "_") for name in next(reader, [])]
    missing = [column for column in COLUMNS[:3] if column not in heading]
    if missing:
        raise click.ClickException(f"Tệp đơn vị thiếu cột {', '.join(missing)} ở dòng 1.")
    for row in reader:
        cells = dict(zip(heading, map(clean, row), strict=False))
        if any(cells.values()):
            yield _line(reader.line_num, cells)


def _line(number: int, cells: dict[str, str]) -> UnitLine:
    kind, urban = (fold(cells.get(column, "")) for column in COLUMNS[2:4])
    return UnitLine(
        number, cells.get("ma", ""), cells.get("ten", ""), kind.replace(" ", "_"), urban,
        cells.get("tu_ngay", ""),
    )  # fmt: skip


def _repeated(lines: list[UnitLine]) -> list[str]:
    places = defaultdict(list)
    for line in lines:
        places[line.code].append(str(line.number))
    return [
        f"mã '{code}' bị lặp ở các dòng {', '.join(at)}"
        for code, at in places.items()
        if code and len(at) > 1
    ]


def add_units(session: Session, commune_id: UUID, lines: list[UnitLine]) -> None:
    """Write the checked lines as units of a new commune."""
    session.add_all(
        Unit(commune_id=commune_id, code=line.code, name=line.name, kind=line.kind,
             is_urban=URBAN[line.urban], opened_on=line.opened_on)
        for line in lines
    )  # fmt: skip
    session.flush()
