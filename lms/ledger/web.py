"""The projector as a request meets it: a form waits for it, a batch call starts it after the answer."""

import threading
from uuid import UUID
from weakref import WeakKeyDictionary

import structlog
from flask import Flask, Response, after_this_request, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from lms.core import web
from lms.core.db import Database
from lms.core.errors import Unavailable
from lms.core.guard import actor
from lms.core.i18n import _
from lms.core.metrics import Metrics
from lms.ledger import generation, projector
from lms.ledger.actions import APPENDED
from lms.ledger.rules import Outcome, Reason, Receipt

log = structlog.get_logger("lms.ledger")


def project_now() -> projector.Counts:
    """Commit what this request appended, then project it, so that the page shows it.

    Unavailable when it is stored but cannot be shown yet. Whatever waits of the commune is taken up
    once the answer is on its way, so that it heals also where no tablet ever sends a batch.
    """
    batches, commune_id = web.session().info.pop(APPENDED, []), actor().commune
    web.commit()
    after_this_request(_keep_up_after)
    after_this_request(lambda response: _take_up_after(response, commune_id))
    counts = _project(_app(), commune_id, batches)
    if counts is None:
        words = _("Việc vừa làm đã lưu rồi nhưng máy chủ đang bận. Chờ vài giây rồi tải lại trang.")
        raise Unavailable(words, retry_after=2)
    return counts


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]  # A LocalProxy has it.


def _database(app: Flask) -> Database:
    return app.extensions["lms.db"]  # type: ignore[no-any-return]


def _project(app: Flask, commune_id: UUID, batches: list[UUID] | None) -> projector.Counts | None:
    """Project these batches (None: all that wait); None when the database is busy or away."""
    database = _database(app)
    try:
        if batches is None:
            counts = _project_waiting(database, commune_id)
        else:
            counts = projector.project_batches(database, commune_id, batches)
    except (OperationalError, InterfaceError) as error:
        # The events are stored: the next projector of the commune takes them up.
        log.warning("projector_waits", problem=type(error.orig).__name__)
        return None
    metrics(app).projector_errors.inc(counts.faults)
    return counts


_at_work: WeakKeyDictionary[Engine, dict[UUID, bool]] = WeakKeyDictionary()
"""Communes that a thread of this process projects after an answer, and whether another one came meanwhile."""
_guard = threading.Lock()


def _project_waiting(database: Database, commune_id: UUID) -> projector.Counts:
    """Project what waits; who comes while another thread does so leaves word with it and goes on.

    Else a hall that sends at once would have all its threads stand in line for one projector.
    """
    with _guard:
        communes = _at_work.setdefault(database.engine, {})
        if commune_id in communes:
            communes[commune_id] = True
            return projector.Counts()
        communes[commune_id] = False
    total = projector.Counts()
    try:
        while True:
            total += projector.project_pending(database, commune_id)
            with _guard:
                if not communes[commune_id]:
                    # Taken off in the same breath: whoever comes from now on projects by itself.
                    del communes[commune_id]
                    return total
                communes[commune_id] = False
    except BaseException:
        with _guard:
            communes.pop(commune_id, None)
        raise


def project_after(response: Response, commune_id: UUID) -> Response:
    """Start the projector once the answer is on its way, then bring the generation file up to date."""
    app = _app()
    response.call_on_close(lambda: _project(app, commune_id, None))
    return _keep_up_after(response)


def _take_up_after(response: Response, commune_id: UUID) -> Response:
    app = _app()
    response.call_on_close(lambda: _take_up(app, commune_id))
    return response


def _take_up(app: Flask, commune_id: UUID) -> None:
    try:
        waits = projector.behind(_database(app), commune_id)
    except (OperationalError, InterfaceError) as error:
        log.warning("projector_waits", problem=type(error.orig).__name__)
        return
    if waits:
        _project(app, commune_id, None)


def _keep_up_after(response: Response) -> Response:
    app = _app()
    response.call_on_close(lambda: _keep_up(app))
    return response


def _keep_up(app: Flask) -> None:
    try:
        generation.keep_up(_database(app), app.extensions["lms.settings"])
    except (OSError, OperationalError, InterfaceError) as error:
        # The file may lag behind the store, never run ahead of it: a later batch writes it again.
        log.warning("generation_file", problem=str(error))


def count(receipt: Receipt) -> None:
    """Count the fates of a batch's events."""
    counter = metrics(_app()).events
    for outcome in Outcome:
        counter.labels(outcome.value).inc(sum(f.outcome is outcome for f in receipt.fates))
    conflicts = sum(f.reason is Reason.CONFLICT for f in receipt.fates)
    counter.labels(Reason.CONFLICT.value).inc(conflicts)


def metrics(app: Flask) -> Metrics:
    """The app's metrics."""
    return app.extensions["lms.metrics"]  # type: ignore[no-any-return]
