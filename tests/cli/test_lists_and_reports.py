"""`lms people import`, `lms plan …` and `lms report`, as an officer runs them on real files."""

import csv
import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from lms.indicators.plan_file import shipped_plans
from lms.people.models import Person
from tests.cli.conftest import Begin
from tests.cli.place import Place

pytestmark = pytest.mark.db
PEOPLE = [
    ["Danh sách nhân khẩu xã Tân Bình Thượng"],
    [],
    ["STT", "Thôn/Tổ", "Họ và tên", "Ngày sinh", "Giới tính", "Số hộ", "Số định danh"],
    [1, "Thôn Đông", "Nguyễn Thị Hoa", date(1960, 5, 4), "Nữ", "H01", "001160012345"],
    [2, "Thôn Đông", "NGUYỄN VĂN LỰC", "12/08/1958", "Nam", "H01", None],
    [3, "Tổ dân phố 1", "Trần Thị Ánh", 1990, "nữ", "H02", None],
]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    """A real Excel file."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def persons(place: Place) -> int:
    with place.looking() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


# lms people import


def test_an_excel_list_is_previewed_and_taken_in_once(commune: Place, tmp_path: Path) -> None:
    path = workbook(tmp_path / "dan-cu.xlsx", PEOPLE)
    assert "Chưa nhập gì" in commune.ok("people", "import", path, given="n\n")
    assert persons(commune) == 0
    assert "Đã nhập xong" in commune.ok("people", "import", path, given="y\n")
    assert persons(commune) == 3
    assert "không có gì thay đổi" in commune.ok("people", "import", path, "--yes")
    assert persons(commune) == 3
    with commune.looking() as session:
        born = dict(session.execute(select(Person.full_name, Person.birth_date)).all())
    assert born["Nguyễn Thị Hoa"] == date(1960, 5, 4)
    assert born["Trần Thị Ánh"] is None


def test_a_list_with_faults_is_refused_whole_unless_they_are_left_out(
    commune: Place, tmp_path: Path
) -> None:
    rows = [*PEOPLE, [4, "Thôn Lạ", "Lê Văn Bảo", "31/02/1980", "Nam", "H03", None]]
    path = workbook(tmp_path / "dan-cu.xlsx", rows)
    result = commune.run("people", "import", path, "--yes")
    assert result.exit_code == 1
    assert "dòng lỗi" in result.output
    assert "7" in result.output
    assert persons(commune) == 0
    commune.ok("people", "import", path, "--yes", "--skip-errors")
    assert persons(commune) == 3


def test_a_file_that_is_no_list_is_refused(commune: Place, tmp_path: Path) -> None:
    path = tmp_path / "anh.xlsx"
    path.write_bytes(b"\x89PNG day khong phai Excel")
    output = commune.refused("people", "import", path, "--yes")
    assert "Traceback" not in output
    assert persons(commune) == 0


# lms plan


@pytest.mark.parametrize(
    ("right", "wrong", "field"),
    [
        ("value: 95", "value: 195", "indicators[0].targets.2025.value"),
        ("measure: confirmed", "mesure: confirmed", "indicators[3].mesure"),
        ("population: adults", "population: adult", "indicators[2].population"),
    ],
)
def test_a_broken_plan_is_named_by_line_and_field(
    laptop: Place, tmp_path: Path, right: str, wrong: str, field: str
) -> None:
    path = tmp_path / "ke-hoach.yaml"
    path.write_text(shipped_plans()["viet-tri"].replace(right, wrong, 1), encoding="utf-8")
    line = next(
        n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if wrong in text
    )
    assert f"dòng {line}, {field}" in laptop.refused("plan", "check", path)
    assert not laptop.data.exists()


def test_a_plan_in_another_encoding_is_refused(laptop: Place, tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.yaml"
    path.write_bytes(shipped_plans()["viet-tri"].encode("utf-16"))
    assert "UTF-8" in laptop.refused("plan", "check", path)


def test_a_plan_is_checked_imported_once_and_shown(commune: Place, tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.yaml"
    path.write_text(
        shipped_plans()["hung-chau"].replace("code: hung-chau", "code: cua-xa"), "utf-8"
    )
    assert "lms plan import" in commune.ok("plan", "check", path)
    assert "Đã nhập kế hoạch cua-xa" in commune.ok("plan", "import", path)
    assert "Không có gì thay đổi" in commune.ok("plan", "import", path)
    assert "cua-xa: " in commune.ok("plan", "show", "cua-xa")
    assert "song-cong" in commune.refused("plan", "show", "khong-co")


# lms report


@pytest.fixture
def reporting(place: Place, tmp_path: Path) -> Place:
    """A new commune with the list above and a plan."""
    place.ok(*place.order("--plan", "thuan-an"))
    place.ok("people", "import", workbook(tmp_path / "dan-cu.xlsx", PEOPLE), "--yes")
    return place


def test_a_report_comes_in_four_formats_with_the_same_figures(
    reporting: Place, tmp_path: Path
) -> None:
    whole = json.loads(reporting.ok("report", "thuan-an", "--format", "json"))
    adults = next(f for f in whole["report"]["figures"] if f["code"] == "3")
    assert adults["population"]["size"] == 3
    table = reporting.ok("report", "thuan-an")
    assert "Người dân tuổi trưởng thành" in table.replace("\n", " ")
    assert whole["sha256"] in table.replace("\n", "")
    lines = list(csv.reader(io.StringIO(reporting.ok("report", "thuan-an", "--format", "csv"))))
    assert len({len(line) for line in lines}) == 1
    assert len(lines) > 6
    path = tmp_path / "bao-cao.xlsx"
    said = reporting.ok("report", "thuan-an", "--format", "xlsx", "--out", path)
    assert whole["sha256"] in said
    cells = [cell for sheet in load_workbook(path) for row in sheet.values for cell in row]
    assert 3 in cells
    assert zipfile.is_zipfile(path)


@pytest.mark.parametrize("form", ["table", "csv", "json", "xlsx"])
def test_every_format_can_be_written_to_a_file(
    laptop: Place, begin: Begin, tmp_path: Path, form: str
) -> None:
    begin("--plan", "dien-sanh")
    path = tmp_path / f"bao-cao.{form}"
    laptop.ok("report", "dien-sanh", "--format", form, "--out", path)
    assert path.stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("viet-tri",), "chưa dùng kế hoạch"),
        (("thuan-an", "--as-of", "hôm qua"), "ngày/tháng/năm"),
        (("thuan-an", "--as-of", "31/02/2026"), "ngày/tháng/năm"),
        (("thuan-an", "--as-of", "2199-01-01"), "đến hôm nay"),
        (("thuan-an", "--year", "2025", "--as-of", "2026-01-02"), "nằm trong năm báo cáo"),
        (("thuan-an", "--year", "26"), "bốn chữ số"),
        (("thuan-an", "--format", "xlsx"), "--out"),
        (("thuan-an", "--out", "/khong/co/thu-muc/bao-cao.csv", "--format", "csv"), "bao-cao.csv"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(
    laptop: Place, begin: Begin, words: tuple[str, ...], said: str
) -> None:
    begin("--plan", "thuan-an")
    assert said in laptop.refused("report", *words)
