"""Other systems for tests: a client with its secret, and calls with a token."""

import base64
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from lms.core.db import Database
from lms.core.guard import system
from lms.core.keys import Keys
from lms.people import machines
from lms.people.machine_models import MachineClient
from lms.people.machines import NewMachine

COUNTS = "/api/v1/feed/communes"


@dataclass
class Machine:
    """A client of the test with its secret."""

    row: MachineClient
    secret: str
    app: Flask

    def ask(self, secret: str = "", client: str = "", **form: Any) -> TestResponse:
        """Ask for a token."""
        return post(self.app, client or self.row.client_id, secret or self.secret, **form)

    def token(self, **form: Any) -> str:
        """A new token."""
        answer = self.ask(**form)
        assert answer.status_code == 200, answer.text
        return str(answer.json["access_token"])  # type: ignore[index]  # It is JSON.

    def get(self, token: str, path: str = COUNTS) -> TestResponse:
        """Call with a token."""
        return call(self.app, token, path)


def basic(client: str, secret: str) -> dict[str, str]:
    coded = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {coded}"}


def post(
    app: Flask, client: str, secret: str, path: str = "/oauth/token", **form: Any
) -> TestResponse:
    body = {"grant_type": "client_credentials", **form} if path == "/oauth/token" else form
    return app.test_client().post(path, data=body, headers=basic(client, secret))


def call(app: Flask, token: str, path: str) -> TestResponse:
    return app.test_client().get(path, headers={"Authorization": f"Bearer {token}"})


def made(
    app: Flask, database: Database, keys: Keys, commune: UUID, *scopes: str, **more: Any
) -> Machine:
    with database.write() as session:
        new = NewMachine("Cổng của tỉnh", "Sở của tỉnh", scopes or ("counts:read",), **more)
        row, secret = machines.create(session, system(commune), keys, new)
    return Machine(row, secret, app)
