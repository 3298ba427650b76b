"""Exports: the same figures in every form, reproducible, and no cell that starts a formula."""

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.cells import neutral
from lms.core.command import Context
from lms.core.db import Database
from lms.core.guard import system
from lms.core.settings import Settings
from lms.indicators import actions, cli, queries
from lms.indicators.export_breakdown import AGE, MONTH, SEX, UNIT, WAYS, taken_apart
from lms.indicators.export_csv import breakdown_csv_bytes, csv_bytes, table_text, width
from lms.indicators.export_json import Paper, json_bytes
from lms.indicators.export_paper import paper_of
from lms.indicators.export_parts import parts_in
from lms.indicators.export_xlsx import xlsx_bytes
from lms.indicators.plan_file import shipped_plans
from lms.people.models import Commune, Unit
from tests.cast import Cast
from tests.indicators.commune import Village

DAY = date(2026, 11, 20)
HOSTILE = '=HYPERLINK("http://x")'


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def paper(session: Session, cast: Cast) -> Callable[[str], Paper]:
    """Papers of a commune whose names try to be formulas."""
    who = system(cast["TBT"])
    for code in ("viet-tri", "song-cong"):
        actions.adopt_shipped(session, who, code)
    village = Village(session, cast)
    village.attained(cast["lan"], date(2026, 6, 1), level="proficient")
    session.get_one(Unit, (cast["TBT"], cast["thon_dong"])).name = HOSTILE
    actions.word_indicator(session, who, "viet-tri", "3-c", "＋cmd|' /C calc'!A0")
    actions.declare_population(session, who, "workers", 260, DAY, "@SUM(1+1) nguồn")
    session.flush()

    def make(code: str) -> Paper:
        adopted = queries.adopted(session, cast["TBT"], code)
        return paper_of(session, cast["TBT"], adopted, 2026, DAY)

    return make


@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84", "-1", "@x", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x", " =1", "\u00a0=1",
     "\u200b=1", "\u3000＝1", "﹢1", "\ufeff-1"],
)  # fmt: skip
def test_a_text_that_could_start_a_formula_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.pure
@pytest.mark.parametrize("text", ["Thôn Đông", "", "1 (a)", "–", "≥", "đ = 1", "100%", "• ghi chú"])
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.db
def test_json_is_canonical_and_its_hash_is_that_of_the_report(
    paper: Callable[[str], Paper],
) -> None:
    made = paper("viet-tri")
    body = json_bytes(made)
    assert body == json_bytes(paper("viet-tri"))
    data = json.loads(body)
    assert audit.canonical(data).encode() + b"\n" == body
    report = audit.canonical(data["report"]).encode()
    assert data["sha256"] == hashlib.sha256(report).hexdigest() == made.sha256
    assert data["audit"]["size"] == made.checkpoint.size
    assert not re.search(rb"\d\.\d+[,}]", body), "exact decimals are strings"


@pytest.mark.db
def test_csv_has_a_mark_commas_points_and_neutral_cells(paper: Callable[[str], Paper]) -> None:
    made = paper("viet-tri")
    body, seal = csv_bytes(made), made.sha256
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row["STT"] for row in rows][:3] == ["1 (a)", "2 (b)", "3 (c)"]
    adults, workers = rows[2], rows[4]
    assert (adults["Tử số"], adults["Mẫu số"], adults["Tỷ lệ (%)"]) == ("1", "3", "33.3")
    assert str(adults["Chỉ tiêu"]).startswith("'＋cmd")
    assert (adults["Cần thêm"], adults["Thiếu (điểm %)"]) == ("2", "66.7")
    assert (adults["So sánh"], adults["Mức giao"]) == ("≥", "100")
    assert "nguồn: @SUM" in workers["Nguồn mẫu số"]
    assert adults["đạt bài kiểm tra"] == "1"
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t")), cell
        assert row["Mã kiểm tra SHA-256"] == seal


@pytest.mark.db
def test_the_workbook_holds_real_numbers_neutral_texts_and_every_sheet(
    paper: Callable[[str], Paper],
) -> None:
    import python_calamine

    made = paper("viet-tri")
    assert xlsx_bytes(made) == xlsx_bytes(paper("viet-tri")), "the same paper, the same bytes"
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes(made)))
    assert book.sheet_names == [
        "Phụ lục I", "Phụ lục II", "Bậc chứng minh", "Theo đơn vị", "Theo nhóm", "Theo giới",
        "Theo tuổi", "Theo tháng", "Cách hiểu khác", "Ghi chú",
    ]  # fmt: skip
    rows = book.get_sheet_by_name("Phụ lục I").to_python()
    head = next(row for row in rows if row[0] == "STT")
    assert head[:7] == [
        "STT", "Chỉ tiêu", "Năm 2025", "Năm 2026", "Đơn vị thực hiện",
        "Đơn vị đầu mối hướng dẫn, tổng hợp, báo cáo", "Đơn vị phối hợp",
    ]  # fmt: skip
    adults = dict(zip(head, next(row for row in rows if row[0] == "3"), strict=True))
    assert (adults["Năm 2025"], adults["Năm 2026"], adults["Mức giao"]) == (80, 100, 100)
    assert adults["Đơn vị phối hợp"] == "Công an tỉnh"
    assert adults["Tỷ lệ (%)"] == 33.3
    assert adults["Cần thêm"] == 2
    assert str(adults["Chỉ tiêu"]).startswith("'＋cmd")
    cells = [cell for name in book.sheet_names
             for row in book.get_sheet_by_name(name).to_python() for cell in row]  # fmt: skip
    texts = [cell for cell in cells if isinstance(cell, str)]
    assert f"'{HOSTILE}" in texts
    assert not [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@"))]
    assert any(made.sha256 in text for text in texts)


@pytest.mark.db
def test_the_rows_of_a_breakdown_add_up_to_the_figure_or_a_line_says_why(
    paper: Callable[[str], Paper],
) -> None:
    made = paper("viet-tri")
    seen = set()
    for way in WAYS:
        for taken in taken_apart(made, way):
            figure, parts = taken.line.figure, [piece.part for piece in taken.pieces]
            assert taken.pieces or taken.reason
            if taken.pieces and taken.adds_up and not taken.reason:
                seen.add(way)
                assert sum(parts) == figure.outcome.numerator
                if way != MONTH and taken.line.denominator is not None:
                    assert sum(p.whole or 0 for p in taken.pieces) == figure.population.size
    assert seen == {UNIT, SEX, AGE, MONTH}
    assert made.parts is not None
    assert parts_in(made.parts.data()) == made.parts
    rows = list(csv.DictReader(io.StringIO(breakdown_csv_bytes(made).decode("utf-8-sig"))))
    adults = [row for row in rows if row["Mã chỉ tiêu"] == "3-c"]
    assert {row["Chia theo"] for row in adults} == {
        "Theo đơn vị", "Theo nhóm", "Theo giới", "Theo tuổi", "Theo tháng"
    }  # fmt: skip
    assert f"'{HOSTILE}" in {row["Phần"] for row in adults}
    workers = next(r for r in rows if r["Mã chỉ tiêu"] == "5-e" and r["Chia theo"] == "Theo giới")
    assert workers["Ghi chú"]


@pytest.mark.db
def test_a_sample_commune_is_marked_on_every_paper(
    paper: Callable[[str], Paper], session: Session, cast: Cast
) -> None:
    import python_calamine

    session.get_one(Commune, cast["TBT"]).is_sample = True
    made = paper("song-cong")
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(xlsx_bytes(made)))
    for name in book.sheet_names[:4]:
        texts = str(book.get_sheet_by_name(name).to_python())
        assert "DỮ LIỆU MẪU" in texts, name
    assert "DỮ LIỆU MẪU" in table_text(made)
    assert json.loads(json_bytes(made))["commune"]["is_sample"] is True


@pytest.mark.db
def test_every_form_tells_the_same_rate(paper: Callable[[str], Paper]) -> None:
    made = paper("song-cong")
    rates = {
        f["code"]: f["outcome"]["rate"] for f in json.loads(json_bytes(made))["report"]["figures"]
    }
    rows = csv.DictReader(io.StringIO(csv_bytes(made).decode("utf-8-sig")))
    shown = {row["STT"]: row["Tỷ lệ (%)"] or None for row in rows if row["STT"]}
    assert shown == rates
    assert all(rate is None or Decimal(rate) <= 100 for rate in rates.values())


@pytest.mark.db
def test_the_terminal_table_keeps_its_columns_also_with_marks_and_wide_letters(
    paper: Callable[[str], Paper],
) -> None:
    table = table_text(paper("viet-tri"), 110).splitlines()
    assert all(width(line) <= 112 for line in table[:-1])
    assert width("Đào Thị Ễ") == 9
    assert width("日本") == 4


@pytest.mark.office
def test_an_office_opens_the_workbook_and_prints_the_figures_on_landscape_a4(
    paper: Callable[[str], Paper], tmp_path: Path
) -> None:
    made = paper("viet-tri")
    (tmp_path / "phu-luc.xlsx").write_bytes(xlsx_bytes(made))
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    subprocess.run(
        [shutil.which("soffice") or "soffice", home, "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "phu-luc.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    from pypdf import PdfReader

    pages = PdfReader(tmp_path / "phu-luc.pdf").pages
    text = "\n".join(page.extract_text() for page in pages)
    assert "KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU" in text
    assert re.search(r"33[.,]3", text)
    assert re.search(r"66[.,]7", text)
    assert "chưa có số liệu" in re.sub(r"\s+", " ", text)
    assert made.sha256 in re.sub(r"\s+", "", text)
    box = pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)


# --- commands -----------------------------------------------------------------------------------


@pytest.fixture
def context(settings: Settings, database: Database, cast: Cast) -> Context:
    """A command's context for the commune TBT."""
    made = Context(settings, "TBT")
    made.__dict__["database"] = database
    return made


@pytest.mark.db
def test_a_plan_file_is_checked_imported_once_and_reported(
    context: Context, tmp_path: Path
) -> None:
    run = CliRunner().invoke
    file = tmp_path / "ke-hoach.yaml"
    file.write_text(shipped_plans()["hung-chau"], "utf-8")
    assert "Tệp đúng" in run(cli.plan, ["check", str(file)]).output
    assert "Đã nhập kế hoạch hung-chau" in run(cli.plan, ["import", str(file)], obj=context).output
    again = run(cli.plan, ["import", str(file)], obj=context)
    assert "Không có gì thay đổi" in again.output
    assert "phấn đấu trên 60%" in run(cli.plan, ["show", "hung-chau"], obj=context).output
    table = run(cli.report, ["hung-chau", "--as-of", "20/11/2026"], obj=context)
    assert table.exit_code == 0
    assert "chưa có số liệu" in table.output


@pytest.mark.db
@pytest.mark.parametrize("form", ["csv", "json", "xlsx", "table"])
def test_a_report_is_written_to_a_file(context: Context, tmp_path: Path, form: str) -> None:
    with context.database.write() as session:
        actions.adopt_shipped(session, context.actor, "thuan-an")
    out = tmp_path / f"bao-cao.{form}"
    done = CliRunner().invoke(
        cli.report, ["thuan-an", "--year", "2025", "--format", form, "--out", str(out)], obj=context
    )
    assert done.exit_code == 0, done.output
    assert out.stat().st_size > 500


@pytest.mark.pure
def test_a_wrong_plan_file_is_answered_with_lines_and_fields_without_a_database(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sai.yaml"
    file.write_text(shipped_plans()["hung-chau"].replace("operator", "toan_tu", 1), "utf-8")
    done = CliRunner().invoke(cli.plan, ["check", str(file)])
    assert done.exit_code == 1
    assert "dòng" in done.output
    assert "toan_tu" in done.output
    file.write_bytes("kế hoạch".encode("utf-16"))
    assert "UTF-8" in CliRunner().invoke(cli.plan, ["check", str(file)]).output
