"""A restored or copied-back store is noticed before the service serves from it."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete

from lms.core import clock
from lms.core.command import Context
from lms.core.db import Database
from lms.core.settings import Settings
from lms.ledger import generation
from lms.ledger.actions import accept
from lms.ledger.commands import store
from lms.ledger.generation import StoreDiffers, check, current, keep_up, renew
from lms.ledger.models import StoreGeneration
from tests.cast import Cast
from tests.ledger.events import event_text

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _listening(app: Flask) -> None:
    """The app makes the event types known."""


def deliver(database: Database, cast: Cast) -> None:
    with database.write() as session:
        texts = [event_text(cast, "help.asked", {})]
        accept(session, cast["TBT"], cast["k1_may"], texts, clock.now())


def said(settings: Settings) -> dict[str, object]:
    text = generation.path_of(settings).read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]  # The file holds an object.


def test_a_new_store_gets_its_generation_and_keeps_it(
    database: Database, settings: Settings, cast: Cast
) -> None:
    first = check(database, settings)
    deliver(database, cast)
    assert check(database, settings) == first
    assert said(settings)["number"] == 1
    with database.read() as session:
        assert current(session) == first


def test_a_crash_before_the_first_file_is_harmless(database: Database, settings: Settings) -> None:
    first = check(database, settings)
    generation.path_of(settings).unlink()
    assert check(database, settings) == first


def test_the_file_never_says_more_than_the_store_holds(
    database: Database, settings: Settings, cast: Cast
) -> None:
    check(database, settings)
    deliver(database, cast)
    assert keep_up(database, settings)
    deliver(database, cast)
    # Within a second the file is left as it is: it may lag, never lead.
    assert not keep_up(database, settings)
    assert said(settings)["number"] == 1
    check(database, settings)
    assert said(settings)["number"] == 2


def test_a_store_that_lost_its_file_is_refused_until_it_is_renewed(
    database: Database, settings: Settings, cast: Cast
) -> None:
    first = check(database, settings)
    deliver(database, cast)
    generation.path_of(settings).unlink()
    with pytest.raises(StoreDiffers, match="lms store renew"):
        check(database, settings)
    second = renew(database, settings, "test")
    assert second != first
    assert check(database, settings) == second


def test_a_copied_back_sqlite_file_is_detected(
    settings: Settings, database: Database, cast: Cast, tmp_path: Path
) -> None:
    if not settings.is_sqlite:
        _a_restored_dump_is_detected(database, settings, cast)
        return
    path = Path(str(database.engine.url.database))
    check(database, settings)
    deliver(database, cast)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    shutil.copy(path, tmp_path / "copy.db")
    deliver(database, cast)
    keep_up(database, settings)
    database.close()
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", path)
    restored = Database(settings)
    with pytest.raises(StoreDiffers, match="cũ hơn lần chạy trước"):
        check(restored, settings)
    renew(restored, settings, "copied back")
    check(restored, settings)
    restored.close()


def _a_restored_dump_is_detected(database: Database, settings: Settings, cast: Cast) -> None:
    """PostgreSQL: another cluster or another timeline is another system."""
    check(database, settings)
    deliver(database, cast)
    mark = said(settings) | {"system": "7000000000000000000/00000001"}
    generation.path_of(settings).write_text(json.dumps(mark), encoding="utf-8")
    with pytest.raises(StoreDiffers, match="PostgreSQL"):
        check(database, settings)


def test_an_emptied_store_beside_an_old_file_is_refused(
    database: Database, settings: Settings
) -> None:
    check(database, settings)
    with database.write() as session:
        session.execute(delete(StoreGeneration))
    with pytest.raises(StoreDiffers, match="Kho dữ liệu trống"):
        check(database, settings)


def test_a_broken_file_is_refused_with_what_to_do(database: Database, settings: Settings) -> None:
    check(database, settings)
    generation.path_of(settings).write_text("{", encoding="utf-8")
    with pytest.raises(StoreDiffers, match="không đọc được"):
        check(database, settings)


def test_postgresql_restored_under_a_running_service_is_noticed(
    database: Database, settings: Settings
) -> None:
    check(database, settings)
    if settings.is_sqlite:
        return
    generation._watched[database.engine] = "1/00000001"
    database.engine.dispose()
    with pytest.raises(StoreDiffers, match="đang chạy"), database.read() as session:
        current(session)


def test_the_renew_command_names_the_new_generation(database: Database, settings: Settings) -> None:
    context = Context(settings)
    result = CliRunner().invoke(store, ["renew"], obj=context)
    context.close()
    assert result.exit_code == 0
    assert str(check(database, settings)) in result.output
