"""The store's generation: how the service notices that it stands on a restored or copied-back store.

Beside the data lies the file `.generation`: the generation, the highest commit number known to be in
the store when the file was written, and on PostgreSQL the system identifier with its timeline. The
number is read from committed rows before the file is written, so it never says more than the store
holds; a store that holds less is older than the file. See docs/offline.md.
"""

import json
import os
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, func, select, text
from sqlalchemy.orm import Session

from lms.core import signals
from lms.core.db import Database
from lms.core.errors import Refusal
from lms.core.i18n import _
from lms.core.ids import derived, uuid7
from lms.core.settings import Settings
from lms.ledger.models import Batch, StoreGeneration
from lms.people.models import Commune

FILE = ".generation"
# The first eight letters of the current WAL file's name are the timeline, which every restore changes.
_SYSTEM = (
    "SELECT system_identifier, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) "
    "FROM pg_control_system()"
)
SECONDS_BETWEEN = 1.0
"""The file is written at most this often while batches arrive."""


class StoreDiffers(Refusal):
    """The store is not the one this place knew: the service does not start on it."""

    status, kind = 503, "store-differs"


@dataclass(frozen=True)
class Mark:
    """What the file says, and what a store says of itself."""

    generation: str
    number: int
    system: str


def check(database: Database, settings: Settings) -> UUID:
    """The generation of a store that is the one known here; StoreDiffers says what to do when not.

    A store without events gets its first generation and file. Run before the service listens.
    """
    known = _read_file(settings)
    with database.read() as session:
        found = _mark(session)
    if found is None or (known is None and found.number == 0):
        found = _begin(database, known, found)
    else:
        _compare(known, found)
    _write_file(settings, found)
    _watch(database.engine, found.system)
    return UUID(found.generation)


@dataclass(frozen=True)
class StoreRenewed:
    """The store may be older than what people hold in their hands: what was given out since is unknown."""

    reason: str


def renew(database: Database, settings: Settings, reason: str) -> UUID:
    """Give the store a new generation (after a restore), so that clients offer again what they kept."""
    with database.write() as session:
        generation = _new(session, reason)
        signals.send(session, StoreRenewed(reason))
    _told.pop(database.engine, None)
    record(database, settings)
    return generation


def current(session: Session) -> UUID | None:
    """The generation that holds; None for a store that has never been started."""
    return session.scalar(
        select(StoreGeneration.id).order_by(StoreGeneration.number.desc()).limit(1)
    )


_told: WeakKeyDictionary[Engine, UUID] = WeakKeyDictionary()


_above: list[Callable[[Database], str]] = []


def stand_under(above: Callable[[Database], str]) -> None:
    """`above(database)` names the store that a box's own store stands for: the commune's generation."""
    _above[:] = [above]


def told(database: Database) -> UUID | None:
    """The generation that clients are told.

    On a box it changes with the commune's too: what the commune had confirmed is then not home any more,
    and tablets offer again what they keep.
    """
    own = _own(database)
    above = _above[0](database) if own and _above and database.box_id else ""
    return derived("generation", own, above) if above else own


def _own(database: Database) -> UUID | None:
    """Read once: it changes only while the service is stopped."""
    known = _told.get(database.engine)
    if known is None:
        with database.read() as session:
            known = current(session)
        if known is not None:
            _told[database.engine] = known
    return known


def record(database: Database, settings: Settings) -> None:
    """Write the file now: at start, at stop, and after a renewal."""
    with database.read() as session:
        found = _mark(session)
    if found is not None:
        _write_file(settings, found)


_written: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()
_guard = threading.Lock()


def keep_up(database: Database, settings: Settings) -> bool:
    """Write the file if it was not written within the last second; True when it was written."""
    now = time.monotonic()
    with _guard:
        if now - _written.get(database.engine, -SECONDS_BETWEEN) < SECONDS_BETWEEN:
            return False
        _written[database.engine] = now
    record(database, settings)
    return True


def commit_number(session: Session) -> int:
    """How far the store is: the sum over communes of their highest commit number. It only grows."""
    highest = (
        select(func.coalesce(func.max(Batch.number), 0))
        .where(Batch.commune_id == Commune.id)
        .scalar_subquery()
    )
    return int(
        session.scalar(select(func.coalesce(func.sum(highest), 0)).select_from(Commune)) or 0
    )


def system_of(session: Session) -> str:
    """PostgreSQL's system identifier and timeline; empty on SQLite."""
    if session.get_bind().dialect.name != "postgresql":
        return ""
    identifier, timeline = session.execute(text(_SYSTEM)).one()
    return f"{identifier}/{timeline}"


_watched: WeakKeyDictionary[Engine, str] = WeakKeyDictionary()


def _watch(engine: Engine, system: str) -> None:
    """PostgreSQL may be restored under a running service: every new connection is compared too."""
    if system and engine not in _watched:
        event.listen(engine, "connect", partial(_compare_connection, weakref.ref(engine)))
    _watched[engine] = system


def _compare_connection(
    engine: Callable[[], Engine | None], connection: Any, _record: object
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_SYSTEM)
        identifier, timeline = cursor.fetchone()
    connection.rollback()
    owner = engine()
    if owner is not None and f"{identifier}/{timeline}" != _watched.get(owner):
        _differ(_("PostgreSQL đã được khôi phục trong khi dịch vụ đang chạy."))


def _begin(database: Database, known: Mark | None, found: Mark | None) -> Mark:
    if known is not None:
        _differ(_("Kho dữ liệu trống, nhưng nơi này từng có một kho khác."))
    if found is not None:
        return found
    with database.write() as session:
        _new(session, "first start")
        made = _mark(session)
    assert made is not None  # noqa: S101 - it was written above.
    return made


def _new(session: Session, reason: str) -> UUID:
    highest = session.scalar(select(func.max(StoreGeneration.number))) or 0
    row = StoreGeneration(id=uuid7(), number=highest + 1, reason=reason, system=system_of(session))
    session.add(row)
    session.flush()
    return row.id


def _compare(known: Mark | None, found: Mark) -> None:
    if known is None:
        _differ(
            _("Kho này có dữ liệu nhưng thiếu tệp .generation đi kèm (bản chép hoặc khôi phục).")
        )
    elif known.generation != found.generation:
        _differ(_("Kho này thuộc một thế hệ khác với nơi này."))
    elif known.system != found.system:
        _differ(_("PostgreSQL này đã được khôi phục hoặc thay máy."))
    elif known.number > found.number:
        missing = known.number - found.number
        _differ(_("Kho này cũ hơn lần chạy trước: thiếu ít nhất %(n)s lô sự kiện.", n=missing))


def _differ(what: str) -> NoReturn:
    todo = _(
        "Dịch vụ không chạy trên kho này. Nếu đúng là kho muốn dùng, hãy chạy 'lms store renew': "
        "các máy tính bảng sẽ gửi lại những gì còn giữ, không mất và không trùng."
    )
    raise StoreDiffers(f"{what} {todo}")


def _mark(session: Session) -> Mark | None:
    generation = current(session)
    if generation is None:
        return None
    return Mark(str(generation), commit_number(session), system_of(session))


def path_of(settings: Settings) -> Path:
    """Where the file lies."""
    return settings.data_dir / FILE


def _read_file(settings: Settings) -> Mark | None:
    path = path_of(settings)
    if not path.exists():
        return None
    try:
        return Mark(**json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, TypeError) as error:
        raise StoreDiffers(
            _("Tệp .generation không đọc được. Hãy kiểm tra đĩa, rồi chạy 'lms store renew'.")
        ) from error


def _write_file(settings: Settings, mark: Mark) -> None:
    """Durably: a temporary file, fsync, rename, fsync of the folder. It never goes back in number."""
    path = path_of(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    with _guard:
        # In containers that share the folder, process numbers are the same.
        temporary = path.with_name(f"{FILE}.{uuid7().hex}.tmp")
        with temporary.open("w", encoding="utf-8") as out:
            json.dump(asdict(mark), out)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # Windows cannot open a folder; its rename is written through by itself.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
