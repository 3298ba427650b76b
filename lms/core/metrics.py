"""Prometheus metrics and the two health questions: is it alive, is it ready."""

import time

from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import text

from lms.core.errors import Forbidden, Unavailable
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.core.web import database, is_from_this_machine, settings

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)


class Metrics:
    """The app's own registry, so that two apps in one process do not mix their counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lms_requests",
            "Answers by route and status",
            ["route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "lms_request_seconds",
            "Seconds per answer",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.events = Counter(
            "lms_events", "Learning events by fate", ["fate"], registry=self.registry
        )
        self.projector_lag = Gauge(
            "lms_projector_lag_seconds",
            "Age of the oldest unprojected batch",
            registry=self.registry,
        )
        self.projector_errors = Counter(
            "lms_projector_errors", "Events a projector could not apply", registry=self.registry
        )


def init_app(app: Flask) -> Metrics:
    """Count every answer; serve /metrics, /health and /ready."""
    metrics = Metrics()
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
        return Response(generate_latest(metrics.registry), content_type="text/plain; version=0.0.4")

    app.register_blueprint(blueprint)
    return metrics
