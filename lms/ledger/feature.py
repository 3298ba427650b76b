"""What this package brings to the app."""

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from lms.core import clock
from lms.core.db import Database
from lms.core.feature import Feature
from lms.ledger import queries
from lms.ledger.commands import ledger, store
from lms.ledger.web import metrics


def init_app(app: Flask) -> None:
    """The projector's lag is measured when somebody asks for it."""
    metrics(app).states.add(
        "lms_projector_lag_seconds",
        "Age of the oldest unprojected batch",
        lambda: lag_seconds(app.extensions["lms.db"]),
    )


def lag_seconds(database: Database) -> float:
    """Age of the oldest unprojected batch in seconds; NaN when the database cannot be asked."""
    try:
        with database.read() as session:
            since = queries.waiting_since(session)
    except SQLAlchemyError:
        return float("nan")
    return max(0.0, (clock.now() - since).total_seconds()) if since else 0.0


FEATURE = Feature("ledger", commands=(ledger, store), init_app=init_app)
