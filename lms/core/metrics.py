"""Prometheus metrics and the two health questions: is it alive, is it ready.

Counts are added up as things happen; what is a state (lag, backups, disk) is looked at when somebody
asks. With several web processes each keeps its counts in files of a folder that all of them read, so
that any of them answers for all: see `lms.cli.serve`. docs/monitoring holds a dashboard and alert rules.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from sqlalchemy import text

from lms.core import backup_record
from lms.core.backup_record import instant
from lms.core.errors import Forbidden, Unavailable
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.core.replica import Replica
from lms.core.settings import Settings
from lms.core.web import database, is_from_this_machine, settings

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The variable by which prometheus_client finds the folder of counts that several processes share."""
NOT_KNOWN = float("nan")


@dataclass(frozen=True)
class State:
    """A figure that is looked at when somebody asks."""

    name: str
    help: str
    look: Callable[[], float]


class States:
    """The states of an app, in the order in which its packages named them."""

    def __init__(self) -> None:
        self._states: list[State] = []

    def add(self, name: str, help_: str, look: Callable[[], float]) -> None:
        """One more; `look` may raise, which is told as not a number."""
        self._states.append(State(name, help_, look))

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """What prometheus_client asks of a collector."""
        for state in self._states:
            yield GaugeMetricFamily(state.name, state.help, value=_looked(state.look))


def _looked(look: Callable[[], float]) -> float:
    try:
        return look()
    except Exception:
        return NOT_KNOWN


class Metrics:
    """The app's own registry, so that two apps in one process do not mix their counts."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # When a count began says nothing here.
        self.shared = os.environ.get(SHARED, "")
        if self.shared:
            # Chosen by prometheus_client when it is imported, which is before the service knows its workers.
            values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]  # It is not typed.
        self.registry, self.asked, self.states = CollectorRegistry(), CollectorRegistry(), States()
        self.asked.register(self.states)
        self.requests = Counter(
            "lms_requests",
            "Answers by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "lms_request_seconds", "Seconds per answer", ["route"], buckets=BUCKETS,
            registry=self.registry,
        )  # fmt: skip
        self.events = Counter(
            "lms_events", "Learning events by fate", ["fate"], registry=self.registry
        )
        self.projector_errors = Counter(
            "lms_projector_errors", "Events a projector could not apply", registry=self.registry
        )

    def text(self) -> bytes:
        """Everything in Prometheus's text format: the counts of all processes, then the states."""
        counts = self.registry
        if self.shared:
            counts = CollectorRegistry()
            MultiProcessCollector(counts, self.shared)  # type: ignore[no-untyped-call]  # prometheus_client types it not.
        return generate_latest(counts) + generate_latest(self.asked)


def _name_states(states: States, app: Flask) -> None:
    """The states of the house; packages add their own."""

    def settings_() -> Settings:
        settings: Settings = app.extensions["lms.settings"]
        return settings

    def record() -> backup_record.Record:
        return backup_record.read(settings_())

    def disk() -> shutil._ntuple_diskusage:
        return shutil.disk_usage(settings_().data_dir)

    for name, help_, look in (
        ("lms_backup_timestamp_seconds", "When the last whole backup was made; 0: never",
         lambda: _seconds(record().made_at)),
        ("lms_backup_second_copy_timestamp_seconds",
         "When a copy in a second folder was last read back; 0: never",
         lambda: _seconds(record().second_at)),
        ("lms_backup_bytes", "Size of the last backup", lambda: float(record().size)),
        ("lms_backup_drill_timestamp_seconds", "When a restore was last tried by drill; 0: never",
         lambda: _seconds(record().drill_at)),
        ("lms_backup_drill_passed", "Whether the last drill proved everything",
         lambda: float(record().drill_well)),
        ("lms_replica_close", "Whether the replica for reports is close behind; NaN without one",
         lambda: _replica_close(app)),
        ("lms_disk_free_bytes", "Free bytes of the data folder's disk", lambda: float(disk().free)),
        ("lms_disk_bytes", "Bytes of the data folder's disk", lambda: float(disk().total)),
    ):  # fmt: skip
        states.add(name, help_, look)


def _replica_close(app: Flask) -> float:
    second: Replica | None = app.extensions["lms.replica"]
    return NOT_KNOWN if second is None else float(second.is_close())


def _seconds(text_: str) -> float:
    at = instant(text_)
    return at.timestamp() if at else 0.0


def init_app(app: Flask) -> Metrics:
    """Count every answer; serve /metrics, /health and /ready."""
    metrics = Metrics()
    _name_states(metrics.states, app)
    app.extensions["lms.metrics"] = metrics
    blueprint = Blueprint("health", __name__)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unknown"
        metrics.requests.labels(route, response.status_code).inc()
        metrics.seconds.labels(route).observe(
            time.perf_counter() - g.get("started", time.perf_counter())
        )
        return response

    @blueprint.get("/health")
    @allow(PUBLIC)
    def health() -> Response:
        return jsonify(status="ok")

    @blueprint.get("/ready")
    @allow(PUBLIC)
    def ready() -> Response:
        try:
            with database().read() as session:
                session.execute(text("SELECT version_num FROM alembic_version"))
        except Exception as error:
            raise Unavailable(_("Cơ sở dữ liệu chưa sẵn sàng. Hãy chạy 'lms doctor'.")) from error
        return jsonify(status="ready")

    @blueprint.get("/metrics")
    @allow(PUBLIC)
    def scrape() -> Response:
        if not settings().metrics_open and not is_from_this_machine():
            raise Forbidden(_("Số đo chỉ mở trên chính máy chủ này."))
        return Response(metrics.text(), content_type="text/plain; version=0.0.4")

    app.register_blueprint(blueprint)
    return metrics
