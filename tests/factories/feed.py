"""A small commune for the feeds: results, certificates, a closed day with a restatement, machines' tokens."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from assessments.models import Attainment
from certificates.models import Certificate
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.core.keys import Keys
from lms.core.policy import SCOPES
from lms.indicators import actions as indicators
from lms.indicators import restating, snapshots
from lms.indicators.closing_period import free_day
from lms.people import machine_tokens, machines
from tests.cast import Cast

FEED = "/api/v1/feed"
PLAN = "thuan-an"


@dataclass
class World:
    """The furnished cast behind an app."""

    app: Flask
    database: Database
    cast: Cast
    keys: Keys

    def get(self, path: str, scope: str = "counts:read", *, p: str = "", **headers: str) -> Any:
        """Ask with a machine's token."""
        token = self.cast.machine_tokens[p + scope]
        told = {"Authorization": f"Bearer {token}", **headers}
        return self.app.test_client().get(f"{FEED}{path}", headers=told)

    def json(self, path: str, scope: str = "counts:read", **more: str) -> Any:
        """The answer's content."""
        answer = self.get(path, scope, **more)
        assert answer.status_code == 200, answer.text
        return answer.json


def results(session: Session, cast: Cast, p: str, commune: UUID) -> None:
    """Two results and a certificate of Lan, Hùng and Mai."""
    for number, person in enumerate(("lan", "hung", "mai"), start=1):
        for level in ("basic", "proficient"):
            row = attainment(cast, p, commune, person, level)
            session.add(row)
        session.flush()
        cast.ids[f"{p}gcn_{person}"] = key = uuid7()
        session.add(
            Certificate(
                commune_id=commune, id=key, person_id=cast[p + person], programme_code="nguoi-dan",
                version_id=cast["version"], level="basic", attainment_id=row.id, year=2026,
                sequence=number, number=f"{number:06}/2026/X", token=f"{p}{number}",
                issued_on=date(2026, 11, 20), data={}, template="x/1", parts={}, file_sha256="0",
                status="valid",
            )
        )  # fmt: skip


def attainment(cast: Cast, p: str, commune: UUID, person: str, level: str) -> Attainment:
    return Attainment(
        commune_id=commune, id=uuid7(), person_id=cast[p + person], programme_code="nguoi-dan",
        version_id=cast["version"], level=level, proof="test_passed",
        occurred_on=date(2026, 11, 20), evidence={},
    )  # fmt: skip


def closed(session: Session, cast: Cast, p: str, commune: UUID) -> None:
    """A closed day and a restatement of it."""
    who, day = system(commune), date(2026, 11, 20)
    indicators.adopt_shipped(session, who, PLAN)
    closing = snapshots.Closing(free_day(day), in_spite="Số liệu để thử.")
    row = snapshots.close(session, who, PLAN, closing)
    cast.ids[f"{p}chot"] = row.id
    indicators.declare_population(session, who, "adults", 40, day, "Công an xã, để thử")
    found = restating.compared(session, row)
    restating.publish(session, who, row.id, "Có mẫu số mới.", found.paper.sha256)


def let_in(session: Session, keys: Keys, cast: Cast, p: str, commune: UUID) -> None:
    """A client with every scope and one for each scope alone."""
    for scopes in (SCOPES, *((scope,) for scope in SCOPES)):
        granted = {*scopes, machines.RECORDS} if machines.EVENTS in scopes else scopes
        new = machines.NewMachine("Cổng số liệu", "Sở, để thử", granted)
        row = machines.create(session, system(commune), keys, new)[0]
        token = machine_tokens.new_token(row.client_id)
        machine_tokens.issue(session, keys, row, token, " ".join(scopes))
        cast.machine_tokens[p + " ".join(scopes)] = token
