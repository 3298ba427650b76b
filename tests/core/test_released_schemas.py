"""Every store of a release before comes to this one whole: the same rows, and they prove themselves."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from sqlalchemy import text

from lms.cli import backup_proofs
from lms.core import migrate
from lms.core.db import Database
from lms.core.row_counts import NO_RECORDS, row_counts
from lms.core.settings import Settings
from tests.released import RELEASED, bring_back
from tests.scratch import Scratch, url

pytestmark = pytest.mark.db
IN_EVERY_RUN = {("sqlite", RELEASED[0]), ("postgresql", RELEASED[-1])}
"""The oldest release on one database and the newest on the other; the long run takes all on both."""
FILLED_BY_A_REBUILD = {"0001", "0002", "0003"}
"""Their release knew no learning time: its projection is empty until `lms ledger rebuild`."""


@pytest.mark.pure
def test_every_release_but_the_one_being_made_has_its_store() -> None:
    assert migrate.known()[: len(RELEASED)] == RELEASED
    assert len(RELEASED) >= 8


def each() -> list[ParameterSet]:
    """Every release on each database."""
    return [
        pytest.param(kind, one, marks=() if (kind, one) in IN_EVERY_RUN else pytest.mark.long)
        for one in RELEASED
        for kind in ("sqlite", "postgresql")
    ]


@pytest.fixture
def empty(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[Database]:
    """A database without a table."""
    if kind == "sqlite":
        database = Database(Settings(data_dir=tmp_path))
        yield database
        database.close()
        return
    scratch: Scratch = request.getfixturevalue("scratch")
    name = scratch.bare()
    database = Database(Settings(data_dir=tmp_path, database_url=url(scratch.base, name)))
    yield database
    database.close()
    scratch.drop(name)


@pytest.mark.usefixtures("built_app")  # It makes every kind of event known.
@pytest.mark.parametrize(("kind", "revision"), each())
def test_a_store_of_an_earlier_release_is_upgraded_without_losing_a_row(
    kind: str, revision: str, empty: Database
) -> None:
    before = bring_back(empty.engine, revision)
    migrate.upgrade(empty.engine)
    with empty.engine.connect() as connection:
        after = row_counts(connection)
        if kind == "sqlite":
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    records = {name: n for name, n in before.items() if name not in NO_RECORDS}
    assert {name: after[name] for name in records} == records
    assert sum(records.values()) > 200
    if revision in FILLED_BY_A_REBUILD:
        assert backup_proofs.compute_anew(empty) > 50
    for name, proof in backup_proofs.PROOFS:
        if name != "Khóa":  # The keys of a release's own cast are not kept.
            assert proof(empty, Settings())


def test_a_step_that_would_lose_rows_is_rolled_back(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = tmp_path / "migrations"
    shutil.copytree(Path(migrate.config().get_main_option("script_location") or ""), steps)
    (steps / "versions" / "9999_careless.py").write_text(
        f'revision, down_revision = "9999", "{migrate.head()}"\n'
        "from alembic import op\n"
        "def upgrade():\n"
        "    op.execute('DELETE FROM issuer_key')\n"
    )
    database = Database(Settings(data_dir=tmp_path))
    shutil.copy(sqlite_template, tmp_path / "lms.db")
    with database.engine.begin() as connection:
        connection.execute(text(
            "INSERT INTO issuer_key (kid, public, made_at) VALUES ('k', 'x', '2026-01-01')"
        ))  # fmt: skip
    monkeypatch.setattr(migrate, "files", lambda _package: steps)
    with pytest.raises(migrate.RowsLost) as lost:
        migrate.upgrade(database.engine)
    assert (lost.value.revision, lost.value.tables) == ("9999", {"issuer_key": 1})
    assert migrate.current(database.engine) == migrate.known()[-2]
    with database.engine.connect() as connection:
        assert row_counts(connection)["issuer_key"] == 1
    database.close()
