"""The commands: the same actions as the pages, for a shell."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.core.audit import AuditEntry
from lms.core.command import Context
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.people.audit_cli import audit_group
from lms.people.cli import people
from lms.people.models import Person
from tests.cast import Cast
from tests.people import lists

pytestmark = pytest.mark.db
GOOD = [("Họ và tên", "Năm sinh", "Thôn"), ("Hồ Văn Mười", 1950, "Thôn Đông")]


@pytest.fixture
def context(settings: Settings, database: Database, keys: Keys, cast: Cast) -> Context:
    context = Context(settings, "TBT")
    context.__dict__.update(database=database, keys=keys, commune_id=cast["TBT"])
    return context


def run(context: Context, *arguments: str, answer: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(people, ["import", *arguments], obj=context, input=answer)
    return result.exit_code, result.output


def test_a_file_is_imported_after_its_preview(
    context: Context, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "ds.xlsx"
    file.write_bytes(lists.xlsx(GOOD))
    code, said = run(context, str(file), "--yes")
    assert (code, "Thêm mới" in said, "Đã nhập xong" in said) == (0, True, True)
    with database.read() as session:
        assert session.scalars(select(Person).where(Person.full_name == "Hồ Văn Mười")).one()
    code, said = run(context, str(file), "--yes")
    assert (code, "không có gì thay đổi" in said) == (0, True)


def test_a_no_saves_nothing(context: Context, database: Database, tmp_path: Path) -> None:
    file = tmp_path / "ds.xlsx"
    file.write_bytes(lists.xlsx(GOOD))
    code, said = run(context, str(file), answer="n\n")
    assert (code, "Chưa nhập gì" in said) == (0, True)
    with database.read() as session:
        assert session.scalar(select(Person).where(Person.full_name == "Hồ Văn Mười")) is None


def test_a_faulty_row_is_said_with_row_and_column_and_stops_the_import(
    context: Context, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "ds.csv"
    file.write_bytes(lists.csv([*GOOD, ("Hồ Văn Tám", "31/02/1980", "Thôn Đông")]))
    code, said = run(context, str(file), "--yes")
    assert code != 0
    assert "Dòng 3, cột B (Năm sinh)" in said
    code, said = run(context, str(file), "--yes", "--skip-errors")
    assert code == 0


def test_the_audit_log_is_checked_and_a_change_is_found(
    context: Context, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "ds.xlsx"
    file.write_bytes(lists.xlsx(GOOD))
    run(context, str(file), "--yes")
    whole = CliRunner().invoke(audit_group, ["verify"], obj=context)
    assert (whole.exit_code, "Nhật ký nguyên vẹn: 1 mục" in whole.output) == (0, True)
    with database.write() as session:
        session.scalars(select(AuditEntry)).one().previous = "1" * 64
    broken = CliRunner().invoke(audit_group, ["verify"], obj=context)
    assert (broken.exit_code, "Mục 1" in broken.output) == (1, True)
