"""Other systems: how they get in, and everything that must not get them in."""

import base64
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text
from werkzeug.test import TestResponse

from lms.core import audit, clock
from lms.core.db import Database
from lms.core.errors import Invalid
from lms.core.guard import Actor, system
from lms.core.keys import Keys
from lms.core.policy import SCOPES, Role
from lms.people import machine_queries, machines
from lms.people.machines import NewMachine
from tests.cast import Cast
from tests.factories.machines import COUNTS, Machine, basic, made, post

pytestmark = pytest.mark.db
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture
def held() -> Iterator[clock.frozen]:
    with clock.frozen(NOW) as frozen:
        yield frozen


@pytest.fixture
def machine(app: Flask, database: Database, keys: Keys, cast: Cast, held: clock.frozen) -> Machine:
    """A client that reads counts; the clock stands."""
    return made(app, database, keys, cast["TBT"])


def error(answer: TestResponse) -> tuple[int, str]:
    assert answer.json is not None
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json) == {"error", "error_description"}
    return answer.status_code, str(answer.json["error"])


# --- getting in ---------------------------------------------------------------------------------


def test_a_secret_gives_a_short_token_that_opens_what_was_granted(machine: Machine) -> None:
    answer = machine.ask()
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 900
    assert answer.json["scope"] == "counts:read"
    assert answer.headers["Cache-Control"] == "no-store"
    assert machine.get(answer.json["access_token"]).status_code == 200


def test_tokens_and_secrets_are_nowhere_in_the_database(
    machine: Machine, database: Database
) -> None:
    token = machine.token()
    assert len(token.partition(".")[2]) >= 43
    held = []
    with database.read() as session:
        tables = (
            "machine_client",
            "machine_secret",
            "machine_token",
            "machine_use",
            "audit_entry",
            "try_count",
        )
        for table in tables:
            held += [str(tuple(row)) for row in session.execute(text(f"SELECT * FROM {table}"))]
    assert not any(secret in row for row in held for secret in (machine.secret, token))


def test_a_token_is_taken_from_the_header_alone(machine: Machine) -> None:
    token, client = machine.token(), machine.app.test_client()
    assert client.get(f"{COUNTS}?access_token={token}").status_code in (401, 422)
    assert client.get(COUNTS, query_string={"token": token}).status_code in (401, 422)
    client.set_cookie("lms_staff", token)
    assert client.get(COUNTS).status_code == 401


def test_a_token_ends_by_itself(machine: Machine, held: clock.frozen) -> None:
    token = machine.token()
    held.move(NOW + timedelta(minutes=14))
    assert machine.get(token).status_code == 200
    held.move(NOW + timedelta(minutes=16))
    answer = machine.get(token)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


# --- what must not get in -----------------------------------------------------------------------


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"grant_type": "password", "username": "an", "password": "x"}, "unsupported_grant_type"),
    ({"grant_type": "authorization_code", "code": "x"}, "unsupported_grant_type"),
    ({"grant_type": "refresh_token", "refresh_token": "x"}, "unsupported_grant_type"),
    ({"grant_type": "implicit\r\nX-Evil: 1"}, "unsupported_grant_type"),
    ({"grant_type": ""}, "invalid_request"),
    ({"grant_type": ["client_credentials", "password"]}, "invalid_request"),
    ({"client_secret": "ms_x"}, "invalid_request"),
    ({"client_assertion": "x"}, "invalid_request"),
    ({"scope": "records:read"}, "invalid_scope"),
    ({"scope": "counts:read records:read"}, "invalid_scope"),
    ({"scope": "events:write"}, "invalid_scope"),
    ({"scope": "COUNTS:READ"}, "invalid_scope"),
    ({"scope": ["counts:read", "records:read"]}, "invalid_request"),
)


def test_what_was_not_granted_is_refused_in_the_words_of_the_standard(machine: Machine) -> None:
    for form, expected in REFUSED:
        answer = machine.ask(**form)
        assert error(answer) == (400, expected), form
        assert "X-Evil" not in answer.headers
        assert "Evil" not in answer.text


def test_an_unknown_client_answers_like_a_wrong_secret(machine: Machine) -> None:
    unknown = machine.ask(client="TBT.KHONGCO")
    wrong = machine.ask(secret="ms_" + "x" * 43)
    assert error(unknown) == error(wrong) == (401, "invalid_client")
    assert unknown.data == wrong.data
    assert unknown.headers["WWW-Authenticate"].startswith("Basic ")


BROKEN = (
    "Basic", "Basic !!!", "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(), "Basic dGVzdA==",
    "Bearer x", "", "Basic " + "A" * 9000, "Basic Og==", "basic",
)  # fmt: skip


def test_a_broken_header_is_a_plain_refusal(machine: Machine) -> None:
    form = {"grant_type": "client_credentials"}
    for header in BROKEN:
        answer = machine.app.test_client().post(
            "/oauth/token", data=form, headers={"Authorization": header}
        )
        assert error(answer) == (401, "invalid_client"), header


def test_a_secret_in_the_address_or_the_body_is_not_taken(machine: Machine) -> None:
    client, named = machine.app.test_client(), {"client_id": machine.row.client_id}
    proof = {**named, "client_secret": machine.secret, "grant_type": "client_credentials"}
    assert error(client.post("/oauth/token", data=proof))[1] == "invalid_request"
    assert error(client.post("/oauth/token", query_string=proof))[1] == "invalid_request"
    answer = client.post("/oauth/token", json=proof)
    assert error(answer)[1] == "invalid_request"
    assert client.get("/oauth/token").status_code == 405


def test_a_line_that_others_can_read_is_not_taken(machine: Machine) -> None:
    afar = {"REMOTE_ADDR": "10.0.0.7"}
    proof = basic(machine.row.client_id, machine.secret)
    form = {"grant_type": "client_credentials"}
    client = machine.app.test_client()
    plain = client.post("/oauth/token", data=form, headers=proof, environ_overrides=afar)
    assert error(plain) == (400, "invalid_request")
    over = {"environ_overrides": afar, "base_url": "https://lop.example"}
    answer = client.post("/oauth/token", data=form, headers=proof, **over)  # type: ignore[arg-type]  # Both are keywords of open().
    assert answer.status_code == 200
    token = {"Authorization": f"Bearer {answer.json['access_token']}"}  # type: ignore[index]
    assert client.get(COUNTS, headers=token, environ_overrides=afar).status_code == 401
    assert client.get(COUNTS, headers=token, **over).status_code == 200  # type: ignore[arg-type]


def test_ten_wrong_secrets_from_an_address_make_it_wait_and_nobody_else(
    machine: Machine, held: clock.frozen
) -> None:
    for _ in range(10):
        assert error(machine.ask(secret="ms_falsch")) == (401, "invalid_client")
    answer = machine.ask()
    assert error(answer) == (429, "temporarily_unavailable")
    assert 0 < int(answer.headers["Retry-After"]) <= 901
    elsewhere = machine.app.test_client().post(
        "/oauth/token", data={"grant_type": "client_credentials"},
        headers=basic(machine.row.client_id, machine.secret), base_url="https://localhost",
        environ_overrides={"REMOTE_ADDR": "10.0.0.7"},
    )  # fmt: skip
    assert elsewhere.status_code == 200
    held.move(NOW + timedelta(minutes=16))
    assert machine.ask().status_code == 200


# --- ends ---------------------------------------------------------------------------------------


def test_a_revoked_token_opens_nothing_and_another_client_cannot_revoke_it(
    machine: Machine, database: Database, keys: Keys, cast: Cast
) -> None:
    token = machine.token()
    other = made(machine.app, database, keys, cast["KHA"])
    stolen = post(machine.app, other.row.client_id, other.secret, "/oauth/revoke", token=token)
    assert error(stolen) == (400, "invalid_grant")
    assert machine.get(token).status_code == 200
    wrong = post(machine.app, machine.row.client_id, "ms_x", "/oauth/revoke", token=token)
    assert error(wrong) == (401, "invalid_client")
    for given in (token, token, "TBT.mt_khong-co"):
        ended = post(
            machine.app, machine.row.client_id, machine.secret, "/oauth/revoke", token=given
        )
        assert ended.status_code == 200
    assert machine.get(token).status_code == 401


def test_a_disabled_client_is_out_at_once(
    machine: Machine, database: Database, cast: Cast, keys: Keys
) -> None:
    token = machine.token()
    with database.write() as session:
        machines.disable(session, system(cast["TBT"]), machine.row.id)
        machines.disable(session, system(cast["TBT"]), machine.row.id)
    assert machine.get(token).status_code == 401
    assert error(machine.ask()) == (401, "invalid_client")


def test_two_secrets_stand_while_one_is_changed(
    machine: Machine, database: Database, cast: Cast, keys: Keys, held: clock.frozen
) -> None:
    who, first = system(cast["TBT"]), machine.secret
    with database.write() as session:
        second = machines.rotate(session, who, keys, machine.row.id)[1]
    assert machine.ask(secret=first).status_code == machine.ask(secret=second).status_code == 200
    with database.write() as session:
        third = machines.rotate(session, who, keys, machine.row.id)[1]
    assert error(machine.ask(secret=first))[0] == 401
    held.move(NOW + timedelta(days=7, minutes=1))
    assert error(machine.ask(secret=second))[0] == 401
    assert machine.ask(secret=third).status_code == 200
    with database.write() as session:
        fourth = machines.rotate(session, who, keys, machine.row.id)[1]
    token = machine.token(secret=third)
    with database.write() as session:
        machines.end_old(session, who, machine.row.id)
    assert machine.get(token).status_code == 401
    assert error(machine.ask(secret=third))[0] == 401
    assert machine.ask(secret=fourth).status_code == 200


# --- what is written down -----------------------------------------------------------------------


def test_every_token_and_every_hour_of_calls_stands_in_the_log(
    machine: Machine, database: Database, cast: Cast, held: clock.frozen
) -> None:
    token = machine.token()
    for _ in range(3):
        machine.get(token)
    machine.ask(scope="records:read")
    held.move(NOW + timedelta(hours=1, minutes=1))
    machine.get(machine.token())
    with database.read() as session:
        rows = session.execute(text("SELECT body FROM audit_entry ORDER BY seq")).scalars()
        said = [(body["verb"], body["kind"], body["facts"]) for body in map(json.loads, rows)]
        assert audit.verify(session, cast["TBT"]) == []
        used = machine_queries.lines(session, cast["TBT"])[0].uses
    kinds = [f"{verb} {kind}" for verb, kind, _facts in said]
    assert kinds.count("issued machine_token") == 2
    sums = {f["what"]: f["calls"] for verb, _k, f in said if verb == "summed"}
    assert sums == {"counts": "3", "token": "1", "refused": "1"}
    began = [f["what"] for verb, _k, f in said if verb == "began"]
    assert began == ["counts", "refused", "counts"]
    assert {use.what: use.calls for use in used} == {"counts": 4, "token": 2, "refused": 1}


def test_no_secret_and_no_token_reaches_any_log(
    machine: Machine, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = machine.token()
        machine.ask(secret="ms_" + "geheim" * 7)
        machine.get(token)
        machine.get(token + "x")
        post(machine.app, machine.row.client_id, machine.secret, "/oauth/revoke", token=token)
    told = caplog.text + "".join(capsys.readouterr())
    assert "token_refused" in told
    assert not any(one in told for one in (machine.secret, token, "geheim", "mt_", "ms_"))


def test_calls_have_a_limit_of_their_own(
    machine: Machine, held: clock.frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.people import machine_use

    minutes = timedelta(minutes=10)
    monkeypatch.setattr(machine_use, "CALLS", machine_use.Limit(3, minutes, minutes))
    token = machine.token()
    assert [machine.get(token).status_code for _ in range(4)] == [200, 200, 200, 429]
    answer = machine.get(token)
    assert answer.content_type == "application/problem+json"
    assert 0 < int(answer.headers["Retry-After"]) <= 601
    held.move(NOW + timedelta(minutes=11))
    assert machine.get(token).status_code == 200


# --- who may make them --------------------------------------------------------------------------


def test_only_an_administrator_lets_a_system_in_and_sees_its_secret_once(
    app: Flask, cast: Cast
) -> None:
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    client.set_cookie("lms_staff", cast.staff_tokens["oanh"])
    assert client.get("/he-thong-khac").status_code == 403
    client.set_cookie("lms_staff", cast.staff_tokens["an"])
    form = {"name": "Cổng tỉnh", "holder": "Sở", "scopes": "counts:read", "key": str(UUID(int=7))}
    page = client.post("/he-thong-khac", data=form)
    assert "ms_" in page.text
    assert "/oauth/token" in page.text
    again = client.post("/he-thong-khac", data=form)
    assert again.status_code == 409
    assert "chỉ hiện một lần" in again.text
    shown = client.get("/he-thong-khac").text
    assert "Cổng tỉnh" in shown
    assert "ms_" not in shown
    wrong = client.post("/he-thong-khac", data={"name": "", "holder": "Sở", "with_names": "1"})
    assert wrong.status_code == 422
    assert "ít nhất một quyền" in wrong.text


NEVER: tuple[tuple[tuple[str, ...], dict[str, Any], str], ...] = (
    (("events:write",), {}, "scopes"),
    ((), {}, "scopes"),
    (("counts:read",), {"with_names": True}, "with_names"),
    (("counts:read", "records:read"), {"reach": "province"}, "scopes"),
    (("counts:read",), {"reach": "country"}, "reach"),
)


def test_what_nobody_may_be_granted_is_said(database: Database, cast: Cast, keys: Keys) -> None:
    who = system(cast["TBT"])
    for scopes, more, field in NEVER:
        new = NewMachine("Cổng", "Sở", scopes, **more)
        with pytest.raises(Invalid) as refused, database.write() as session:
            machines.create(session, who, keys, new)
        assert field in refused.value.fields


def test_a_province_is_given_by_command_alone(database: Database, cast: Cast, keys: Keys) -> None:
    new = NewMachine("Cổng", "Sở", ("counts:read",), reach="province")
    boss = Actor(Role.ADMINISTRATOR, cast["TBT"], cast["an"])
    with pytest.raises(Invalid), database.write() as session:
        machines.create(session, boss, keys, new)
    with database.write() as session:
        machines.create(session, system(cast["TBT"]), keys, new)


def test_the_metadata_document_is_one_of_rfc_8414(app: Flask, cast: Cast) -> None:
    from authlib.oauth2.rfc8414 import AuthorizationServerMetadata

    answer = app.test_client().get(
        "/.well-known/oauth-authorization-server", base_url="https://lop.xa.example"
    )
    assert answer.json is not None
    assert answer.json["response_types_supported"] == []
    # No response type is right for a server without an authorization endpoint; Authlib wants one.
    found = AuthorizationServerMetadata({**answer.json, "response_types_supported": ["none"]})
    found.validate()
    assert found.issuer == "https://lop.xa.example"
    assert found.scopes_supported == list(SCOPES)
