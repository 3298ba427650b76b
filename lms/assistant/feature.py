"""What this package brings to the app."""

from flask import Flask

from lms.assistant import counts, model, pages
from lms.core.feature import Feature
from lms.core.settings import Settings


def _init_app(app: Flask) -> None:
    settings: Settings = app.extensions["lms.settings"]
    model.check(settings)
    counts.init_app(app)


FEATURE = Feature("assistant", pages=(pages.blueprint,), init_app=_init_app)
