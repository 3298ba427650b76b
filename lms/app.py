"""create_app: the features listed by hand, and nothing started that was not named here."""

from importlib.resources import files
from pathlib import Path

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined

import assessments.feature
import certificates.feature
import courses.feature
import lms.assistant.feature
import lms.board.feature
import lms.cohorts.feature
import lms.indicators.feature
import lms.ledger.feature
import lms.offline.box.feature
import lms.offline.feature
import lms.people.feature
import lms.reports.feature
from lms.core import api, assets, guard, i18n, metrics, pages, text, web
from lms.core.db import Database
from lms.core.feature import Feature
from lms.core.keys import KeyFile, Keys
from lms.core.policy import undeclared
from lms.core.reception import Reception
from lms.core.settings import Settings

FEATURES: tuple[Feature, ...] = (
    lms.people.feature.FEATURE,
    lms.ledger.feature.FEATURE,
    courses.feature.FEATURE,
    lms.cohorts.feature.FEATURE,
    assessments.feature.FEATURE,
    certificates.feature.FEATURE,
    lms.offline.feature.FEATURE,
    lms.offline.box.feature.FEATURE,
    lms.board.feature.FEATURE,
    lms.indicators.feature.FEATURE,
    lms.reports.feature.FEATURE,
    lms.assistant.feature.FEATURE,
)
PACKAGES = ("lms.core", "lms.people", "lms.ledger", "lms.cohorts", "lms.offline", "lms.board",
            "lms.indicators", "lms.reports", "lms.assistant", "courses", "assessments",
            "certificates")  # fmt: skip


class CheckedUndefined(StrictUndefined):
    """A name a page was not given may be asked for, `{% if light %}`, but never printed."""

    def __bool__(self) -> bool:  # type: ignore[override]  # The parent refuses; being asked is all we allow.
        return False


class Utf8Json(DefaultJSONProvider):
    """Vietnamese stays readable in JSON."""

    ensure_ascii = False


class UndeclaredPolicy(RuntimeError):
    """A route has no policy; the message lists every such route."""


def _folders(name: str) -> list[Path]:
    paths = (Path(str(files(package))) / name for package in PACKAGES)
    return [path for path in paths if path.is_dir()]


def create_app(
    settings: Settings, *, database: Database | None = None, keys: Keys | None = None,
    testing: bool = False,
) -> Flask:  # fmt: skip
    """The service. Raises KeysMissing without key files and UndeclaredPolicy for an open route."""
    app = Flask("lms", static_folder=None, template_folder=None)
    app.testing = testing
    app.json = Utf8Json(app)
    app.jinja_env.undefined = CheckedUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader([FileSystemLoader(p) for p in _folders("templates")])
    _prepare(
        app, settings, database or Database(settings, serving=True), keys or KeyFile(settings.keys)
    )
    _register(app)
    open_routes = undeclared(app)
    if open_routes:
        raise UndeclaredPolicy(f"Routes without a policy: {open_routes}")
    return app


def _prepare(app: Flask, settings: Settings, database: Database, keys: Keys | KeyFile) -> None:
    i18n.init_app(app)
    web.init_app(app, database, keys, settings)
    metrics.init_app(app)
    guard.init_app(app)
    assets.init_app(app, _folders("static"))
    app.jinja_env.filters.update(
        day=text.day, hour=text.hour, number=text.number, markdown=text.markdown_html
    )
    received = Reception(app.wsgi_app, settings.threads, settings.max_body)
    app.wsgi_app = received  # type: ignore[method-assign]  # Flask documents this wrap.
    if settings.trusted_proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]  # Flask documents this wrap.


def _register(app: Flask) -> None:
    operations = []
    for feature in FEATURES:
        feature.listen()
        feature.init_app(app)
        guard.resolvers(app).extend(feature.resolvers)
        for blueprint in feature.pages:
            app.register_blueprint(blueprint)
        operations += list(feature.api)
    app.extensions["lms.daily"] = [job for feature in FEATURES for job in feature.daily]
    nav = [item for feature in FEATURES for item in feature.nav]
    app.extensions["lms.nav"] = sorted(nav, key=lambda item: item.order)
    pages.init_app(app)
    api.init_app(app, operations)
