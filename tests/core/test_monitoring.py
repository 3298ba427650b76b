"""The dashboard and the alert rules name what there is; the metrics say what they are, and nobody's name."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from lms.cohorts.models import Device
from lms.core import backup_record
from lms.core.db import Database
from lms.core.metrics import SHARED, Metrics
from lms.core.settings import Settings
from tests.cast import Cast

pytestmark = pytest.mark.db
FOLDER = Path(__file__).resolve().parent.parent.parent / "docs" / "monitoring"
NAME = re.compile(r"\b(?:lms|probe|up)(?:_\w+)?\b(?=[\s{\[)`]|$)")
NOT_OURS = {"up", "probe_ssl_earliest_cert_expiry"}
"""Of Prometheus itself and of its blackbox_exporter."""


@pytest.fixture
def page(client: FlaskClient, cast: Cast) -> str:
    """What Prometheus gets after one page was asked for."""
    client.get("/dang-nhap")
    return client.get("/metrics").text


def expressions() -> list[str]:
    """Every query of the dashboard and of the alert rules."""
    dashboard = json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0][
        "rules"
    ]
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    return shown + [rule["expr"] for rule in rules]


def test_every_metric_that_is_watched_is_there_and_every_metric_is_explained(page: str) -> None:
    families = list(text_string_to_metric_families(page))
    there = {sample.name for family in families for sample in family.samples}
    there |= {f"{family.name}_total" for family in families if family.type == "counter"}
    ours = {family.name for family in families} | there
    watched = {name for text in expressions() for name in NAME.findall(text)} - NOT_OURS
    assert len(watched) > 8
    assert watched <= ours
    assert [family.name for family in families if not family.documentation] == []
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    counted = {f"{f.name}_total" if f.type == "counter" else f.name for f in families}
    assert [name for name in counted if f"`{name}`" not in told] == []


def test_every_alert_says_in_vietnamese_what_to_do() -> None:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"][0][
        "rules"
    ]
    assert all({"summary", "todo"} <= rule["annotations"].keys() for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules) >= 10


def value(page: str, name: str) -> float:
    """A state's value."""
    return float(re.findall(rf"^{name} (\S+)$", page, re.MULTILINE)[0])


def test_backups_and_late_tablets_are_told(
    client: FlaskClient, cast: Cast, database: Database, settings: Settings
) -> None:
    assert value(client.get("/metrics").text, "lms_backup_timestamp_seconds") == 0
    at = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
    backup_record.note(settings, made_at=at.isoformat(), size=123, drill_well=True)
    with database.write() as session:
        tablet = session.get_one(Device, (cast["TBT"], cast["k1_may"]))
        tablet.report, tablet.reported_at = {"unsent": 3}, at - timedelta(days=300)
    page = client.get("/metrics").text
    assert value(page, "lms_backup_timestamp_seconds") == at.timestamp()
    assert value(page, "lms_backup_bytes") == 123
    assert value(page, "lms_backup_drill_passed") == 1
    assert value(page, "lms_tablets_late") == 1
    assert value(page, "lms_disk_free_bytes") > 0


def test_several_processes_are_added_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus_client import values

    monkeypatch.setattr(values, "ValueClass", values.ValueClass)
    monkeypatch.setenv(SHARED, str(tmp_path))
    one = Metrics()
    one.requests.labels("/", 200).inc()
    # Another process writes files of its own into the same folder.
    (mine,) = tmp_path.glob("counter_*.db")
    (tmp_path / "counter_1.db").write_bytes(mine.read_bytes())
    assert 'lms_requests_total{route="/",status="200"} 2.0' in one.text().decode()


def test_a_state_that_cannot_be_looked_at_spoils_nothing(app: Flask, client: FlaskClient) -> None:
    def broken() -> float:
        raise OSError("gone")

    states = app.extensions["lms.metrics"].states
    states.add("lms_test_state", "A state of this test", broken)
    try:
        page = client.get("/metrics").text
    finally:
        states._states.pop()
    assert "lms_test_state NaN" in page
    assert "lms_disk_bytes" in page
