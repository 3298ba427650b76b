"""How many tablets hold acts that the service has not, and have been silent for long."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from lms.cohorts.models import Device
from lms.core import clock
from lms.core.db import Database
from lms.ledger.web import metrics

SILENT = timedelta(hours=48)
"""A class is given every few days: a tablet with unsent acts should have come home in between."""


def count(database: Database) -> int:
    """Tablets of the whole service that last said "unsent" and have said nothing since."""
    query = select(func.count()).where(
        Device.kind == "tablet",
        Device.revoked_at.is_(None),
        Device.reported_at < clock.now() - SILENT,
        Device.report["unsent"].as_integer() > 0,
    )
    with database.read() as session:
        return session.scalar(query) or 0


def init_app(app: Flask) -> None:
    """Counted when somebody asks for the metrics."""
    metrics(app).states.add(
        "lms_tablets_late",
        "Tablets silent for two days with acts that are not sent",
        lambda: count(app.extensions["lms.db"]),
    )
