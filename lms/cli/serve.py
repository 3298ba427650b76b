"""`lms serve`: the service under granian, after the store has been found whole."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lms.core import data_versions, migrate
from lms.core.command import Context
from lms.core.metrics import SHARED
from lms.core.reception import CHAIRS
from lms.ledger import generation
from lms.ledger.projector import project_all
from lms.offline.box import serving
from lms.offline.box.here import recognise, require_box

BACKLOG = 1024
"""Connections that the system keeps until a process takes them."""
HEADER_MILLISECONDS = 10_000
"""Within this a request's head must have come: who dribbles it holds no place."""
STOP_SECONDS = 25
"""How long running requests may take to end after a stop; compose.yaml kills after 30."""


@click.command(help="Chạy dịch vụ.")
@click.option("--quiet", is_flag=True, help="Không in địa chỉ.")
@click.pass_obj
def serve(context: Context, quiet: bool) -> None:
    """Check schema, keys and generation, project what waits, then listen."""
    settings = context.settings
    check_store(context)
    if settings.is_sqlite and settings.workers != 1:
        raise click.ClickException(
            "SQLite chỉ chạy một tiến trình: hãy đặt LMS_WORKERS=1 hoặc dùng PostgreSQL."
        )
    host, port = _place(context, quiet=quiet)
    context.close()
    listen(host, port, settings.workers, settings.threads)


def _place(context: Context, *, quiet: bool) -> tuple[str, int]:
    """Where to listen; a laptop that carries classes serves its whole room and says so."""
    host, port = context.settings.host, context.settings.port
    say = (lambda _line: None) if quiet else click.echo
    if recognise(context.database):
        host, port = serving.place(context.settings)
        with context.database.read() as session:
            serving.tell(require_box(session).label, host, port, say)
    else:
        say(f"Lớp Học Số đang chạy tại http://{host}:{port}  (dừng: Ctrl+C)")
    return host, port


def check_store(context: Context) -> None:
    """Refuse a missing or old schema and a restored store; project what a crash left waiting."""
    if migrate.current(context.database.engine) != migrate.head():
        raise click.ClickException("Cơ sở dữ liệu chưa đúng phiên bản. Hãy chạy 'lms db upgrade'.")
    with context.database.engine.connect() as connection:
        if data_versions.missing(connection):
            raise click.ClickException(
                "Cơ sở dữ liệu thiếu dấu thay đổi của số liệu. Hãy chạy 'lms db upgrade'."
            )
    _ = context.keys
    generation.check(context.database, context.settings)
    project_all(context.database)


def listen(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until stopped; a stop lets running requests end. bench/bench_server.py chose the figures."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    logging.getLogger("_granian").addFilter(_is_news)
    with _shared_counts(workers):
        Granian(
            "lms.wsgi:app",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            # Neither is used by the service, and each is a way more to keep a server busy.
            http=HTTPModes.http1,
            websockets=False,
            workers=workers,
            # A body on its way sits in a thread; `Reception` lets `threads` of them work at once.
            blocking_threads=threads + CHAIRS,
            backlog=BACKLOG,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_MILLISECONDS),
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            workers_kill_timeout=STOP_SECONDS,
        ).serve()


def _is_news(record: logging.LogRecord) -> bool:
    """Granian wonders at more threads than cores; most of ours only wait for bodies."""
    return "number of CPU cores" not in record.getMessage()


@contextmanager
def _shared_counts(workers: int) -> Iterator[None]:
    """With several processes: a folder for the counts that `/metrics` adds up, gone when they stop."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="lms-so-do-") as folder:
        os.environ[SHARED] = folder
        try:
            yield
        finally:
            del os.environ[SHARED]
