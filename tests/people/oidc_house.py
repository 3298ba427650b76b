"""An app that knows a sign-in provider of our own, a person's browser, and the way there and back."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from lms.core.db import Database
from lms.core.keys import Keys
from lms.people.oidc_doors import Doors
from lms.people.oidc_models import OidcIdentity
from lms.people.oidc_provider import registry
from lms.people.oidc_settings import Provider as Wanted
from tests.cast import Cast
from tests.people.oidc_provider import CLIENT, SECRET, Provider

CLAIMS = {"name": "HoVaTen", "citizen_id": "SoDinhDanh", "birth_date": "NgayThangNamSinh"}
PERSONAL = ("nguoi-1", "Đặng Văn Oanh", "001058000123")


def wanted(provider: Provider, key: str = "tinh", **more: Any) -> Wanted:
    """The provider as the settings describe it."""
    audiences = frozenset({"staff", "learners"})
    return Wanted(key, "Tài khoản công vụ tỉnh", provider.issuer, CLIENT, secret=SECRET,
                  audiences=audiences, claims=CLAIMS, **more)  # fmt: skip


@dataclass
class House:
    """An app with a provider that it knows, and a person's browser."""

    app: Flask
    database: Database
    keys: Keys
    cast: Cast
    provider: Provider
    address: str = "10.0.0.1"

    def trust(self, *found: Wanted) -> None:
        """Know these providers, and nothing of what they published before."""
        self.app.extensions["lms.oidc"] = Doors(registry({one.key: one for one in found}))

    def browser(self, staff: str = "") -> FlaskClient:
        """A browser, in which a member of staff may be signed in."""
        client = self.app.test_client()
        client.environ_base.update(HTTP_ORIGIN="http://localhost", REMOTE_ADDR=self.address)
        if staff:
            client.set_cookie("lms_staff", self.cast.staff_tokens[staff])
        return client

    def link(self, name: str, subject: str = "nguoi-1") -> None:
        """Let the identity open an account of the cast."""
        digest = self.keys.digest("oidc-subject", json.dumps([self.provider.issuer, subject]))
        with self.database.write() as session:
            session.execute(text("DELETE FROM oidc_session"))
            session.execute(text("DELETE FROM oidc_identity"))
            session.add(
                OidcIdentity(provider="tinh", subject_digest=digest, account_id=self.cast[name])
            )

    def entries(self) -> list[dict[str, Any]]:
        """The audit log of both communes, in their order."""
        with self.database.read() as session:
            rows = session.execute(text("SELECT body FROM audit_entry ORDER BY commune_id, seq"))
            return [json.loads(row[0]) for row in rows]


def away(client: FlaskClient, path: str = "/dang-nhap/qua/tinh") -> str:
    """The authorization address to which the button leads."""
    answer = client.get(path)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def back(client: FlaskClient, query: str, key: str = "tinh") -> TestResponse:
    return client.get(f"/dang-nhap/qua/{key}/ve?{query}")


def signed_in(client: FlaskClient) -> bool:
    return client.get("/vai-tro").status_code == 200
