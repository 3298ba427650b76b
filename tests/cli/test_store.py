"""Commands that look after the store: upgrade, doctor, the ledger, the audit log."""

import subprocess
import sys

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys, save_keys
from lms.ledger.rebuild import state_hash
from lms.people.models import Commune
from tests.cli.place import Place

pytestmark = pytest.mark.db


def change(place: Place, statement: str) -> None:
    """What somebody with access to the database might do."""
    database = Database(place.settings)
    with database.engine.begin() as connection:
        connection.execute(text(statement))
    database.close()


def state(place: Place) -> tuple[str, list[object]]:
    """The hash over the projections and the ids of attempts and attainments."""
    with place.looking() as session:
        commune = session.scalars(select(Commune.id).where(Commune.short_code == "TBT")).one()
        ids = [session.scalars(text(f"SELECT id FROM {table} ORDER BY id")).all()
               for table in ("attempt", "answer", "attainment")]  # fmt: skip
        return state_hash(session, commune), ids


# lms db upgrade


def test_an_upgrade_makes_the_schema_and_a_second_one_changes_nothing(place: Place) -> None:
    assert migrate.head() in place.ok("db", "upgrade")
    before = place.counts()
    assert migrate.head() in place.ok("db", "upgrade")
    assert place.counts() == before
    assert not (place.data / "backups").exists()


def test_an_upgrade_of_a_database_with_data_changes_no_row(village: Place) -> None:
    before = village.counts()
    village.ok("db", "upgrade")
    assert village.counts() == before


def test_the_revisions_by_their_files_are_those_that_alembic_knows() -> None:
    scripts = ScriptDirectory.from_config(migrate.config())
    assert migrate.known() == sorted(one.revision for one in scripts.walk_revisions())
    assert migrate.head() == scripts.get_current_head()


def test_the_service_does_not_load_what_only_migrations_and_papers_need() -> None:
    """Each of these would cost the idle process megabytes."""
    heavy = ("alembic", "mako", "reportlab", "xlsxwriter", "docx", "PIL", "segno", "python_calamine",
             "markdown_it", "psycopg", "schemathesis", "hypothesis", "multiprocessing")  # fmt: skip
    program = f"import sys, lms.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# lms doctor


def test_a_good_store_is_well_in_every_check(village: Place) -> None:
    village.ok("backup")
    output = village.ok("doctor")
    assert "✘" not in output
    assert output.count("✔") == 18


def test_a_real_commune_without_a_backup_is_told_to_make_one(village: Place) -> None:
    output = village.refused("doctor")
    assert [line for line in output.splitlines() if "✘" in line] == [
        "✘ Chưa sao lưu lần nào: hãy chạy 'lms backup --rotate' mỗi ngày."
    ]


def test_an_edited_audit_entry_is_found_by_name(village: Place) -> None:
    village.ok("admin", "recover", "an")
    village.ok("backup")
    change(village, "UPDATE audit_entry SET body = replace(body, 'recovered', 'nothing')")
    assert "Nhật ký bị sửa: Mục 1" in village.refused("doctor")
    assert "Mục 1" in village.refused("--commune", "TBT", "audit", "verify")


def test_a_key_file_that_others_can_read_is_named(village: Place) -> None:
    (village.settings.keys / "keys.json").chmod(0o644)
    assert "chmod 600" in village.refused("doctor")


def test_a_place_without_anything_is_told_what_to_do_without_a_traceback(place: Place) -> None:
    output = place.refused("doctor")
    assert "lms init" in output
    assert "Traceback" not in output


@pytest.mark.parametrize(
    "words",
    [("serve",), ("report", "viet-tri"), ("ledger", "status"), ("audit", "verify"),
     ("admin", "recover", "an"), ("plan", "show", "viet-tri"), ("store", "renew"), ("keys", "sheet")],
    ids=" ".join,
)  # fmt: skip
def test_a_command_before_init_says_what_to_run_first(place: Place, words: tuple[str, ...]) -> None:
    output = place.refused(*words)
    assert "lms init" in output or "lms db upgrade" in output


# lms ledger


def test_a_rebuild_keeps_the_state_and_the_ids(village: Place) -> None:
    before = state(village)
    output = village.ok("--commune", "TBT", "ledger", "rebuild")
    assert f"Dấu trạng thái: {before[0]}" in output
    assert "Khác với trước" not in output
    assert state(village) == before


def test_a_rebuild_mends_what_was_changed_by_hand(village: Place) -> None:
    before = state(village)
    change(village, "DELETE FROM attainment")
    assert "Khác với trước" in village.ok("--commune", "TBT", "ledger", "rebuild")
    assert state(village) == before


def test_a_store_of_two_communes_asks_which_one_is_meant(village: Place) -> None:
    assert "--commune MÃ (KHA, TBT)" in village.refused("ledger", "rebuild")
    assert "--commune MÃ" in village.refused("--commune", "ABC", "ledger", "rebuild")


def test_the_status_tells_what_the_store_holds(village: Place) -> None:
    output = village.ok("--commune", "TBT", "ledger", "status")
    assert "Chờ xử lý: 0 lô" in output
    assert state(village)[0] in output
    assert "Đã xử lý 0 sự kiện" in village.ok("ledger", "project")


# Sample and real data


def test_a_real_commune_s_database_takes_no_sample(commune: Place) -> None:
    before = commune.counts()
    for words in (("sample", "create"), ("sample", "serve")):
        assert "dữ liệu thật, không nhận dữ liệu mẫu" in commune.refused(*words)
    assert commune.counts() == before


def test_a_sample_s_database_takes_no_real_commune(place: Place) -> None:
    place.ok("db", "upgrade")
    save_keys(place.settings.keys, make_keys())
    change(place, "INSERT INTO commune (id, short_code, kind, name, province, is_sample, "
                  "counts_temporary, created_at) VALUES ('00000000000070008000000000000001', 'MAU', "
                  "'xa', 'An Phúc Khê', 'Tỉnh Mẫu', TRUE, TRUE, '2026-11-21 00:00:00')")  # fmt: skip
    before = place.counts()
    assert "dữ liệu mẫu, không nhận dữ liệu thật" in place.refused(*place.order())
    assert place.counts() == before
    assert not (place.data / "phieu-khoi-phuc.pdf").exists()
