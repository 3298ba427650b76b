"""`lms facts`: the same matching, writing and taking back from the terminal."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.core.command import Context
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from lms.indicators.models import FactImport
from lms.indicators.outside_cli import facts
from tests.cast import Cast

pytestmark = pytest.mark.db
LIST = "Họ và tên,Ngày sinh\nNguyễn Thị Lan,02/03/1958\nTrần Văn Hùng,1990\nĐỗ Lạ,1970\n"


def test_a_list_is_matched_then_written_listed_and_taken_back(
    database: Database, settings: Settings, keys: Keys, cast: Cast, tmp_path: Path
) -> None:
    context = Context(settings, "TBT")
    context.__dict__ |= {"keys": keys, "database": database}
    file = tmp_path / "vneid.csv"
    file.write_text(LIST)

    def run(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(facts, words, obj=context)
        return done.exit_code, done.output + str(done.exception or "")

    head = ("import", str(file), "--kind", "vneid_confirmed", "--source", "Công an xã",
            "--document", "Công văn 45", "--date", "01/10/2026")  # fmt: skip
    code, said = run(*head)
    assert (code, "Khớp, sẽ ghi: 1" in said, "Chưa ghi gì" in said) == (0, True, True)
    assert "1 dòng chưa quyết định" in run(*head, "--write")[1]
    assert "1 dòng đã ghi" in run(*head, "--write", "--leave-rest")[1]
    assert "Đã ghi từ trước: 1" in run(*head, "--write", "--leave-rest")[1]
    with database.read() as session:
        (made,) = session.scalars(select(FactImport))
    assert "Công văn 45 (Công an xã)" in run("list")[1]
    assert "Đã rút lại" in run("undo", str(made.id), "--reason", "gửi nhầm xã")[1]
    assert "đã rút lại ngày" in run("list")[1]
    assert run(*head[:-1], "hôm qua")[0] == 2
