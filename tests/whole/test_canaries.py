"""Values that nobody else has, followed through the product: they end where they belong and nowhere else."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.logs import configure
from lms.people import queries
from lms.people.models import Person
from lms.tables import METADATA
from tests.cast import PASSWORD, PIN, Cast
from tests.people import lists
from tests.people.canaries import tables_with

CITIZEN, PHONE, NAME = "079158000417", "0987000417", "Nguyễn Thị Hoàng Canari"
WRONG = "mat-khau-canari-0417"
ORIGIN = {"Origin": "http://localhost"}
SECRET = (CITIZEN, PHONE, WRONG, PASSWORD)
"""What no log, audit entry, event, metric, error page or address may hold; a name neither, beside pages."""


@dataclass
class Walk:
    """Everything that came out while somebody walked through the product."""

    client: FlaskClient
    pages: list[tuple[str, str]]
    addresses: list[str]

    def get(self, path: str) -> str:
        return self._keep(path, self.client.get(path))

    def post(self, path: str, **form: object) -> str:
        return self._keep(path, self.client.post(path, data=form, headers=ORIGIN))

    def _keep(self, path: str, answer) -> str:  # type: ignore[no-untyped-def]
        text = answer.data.decode("utf-8", "replace")
        self.pages.append((f"{answer.status_code} {path}", text))
        self.addresses += [answer.headers.get("Location", ""), *re.findall(r'href="([^"]*)"', text)]
        return text


@pytest.fixture
def _as_before() -> Iterator[None]:
    configure(as_json=True)
    yield
    structlog.reset_defaults()


@pytest.mark.db
@pytest.mark.usefixtures("_as_before")
def test_canaries_end_where_they_belong_and_nowhere_else(
    app: Flask, database: Database, cast: Cast, keys: Keys, monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str], record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    walk = Walk(app.test_client(), [], [])
    for password in (WRONG, PASSWORD):
        walk.post("/dang-nhap", login="oanh", password=password)
    token = str(walk.client.get_cookie("lms_staff").value)  # type: ignore[union-attr]  # Signed in.
    rows = [("Họ và tên", "Ngày sinh", "Thôn", "CCCD", "Điện thoại"),
            (NAME, "02/03/1961", "Thôn Đông", CITIZEN, PHONE)]  # fmt: skip
    sent = walk.client.post(
        "/dan-cu/nhap", data={"file": (io.BytesIO(lists.csv(rows)), "ds.csv")}, headers=ORIGIN
    )
    preview = str(sent.headers["Location"]).partition("?")[0]
    assert NAME in walk.get(preview)
    walk.post(preview)
    with database.read() as session:
        person = session.scalars(select(Person).where(Person.full_name == NAME)).one()
    for path in ("/dan-cu", f"/dan-cu/{person.id}", "/dan-cu?tim=canari", "/dan-cu/trung", "/khong-co",
                 "/api/v1/people", "/dan-cu?don-vi=x", f"/dan-cu/{cast['xa_lan']}", "/metrics",
                 "/hom-nay"):  # fmt: skip
        walk.get(path)
    walk.post("/dan-cu/trung", duplicate=str(person.id), survivor=NAME, reason=CITIZEN)
    tablet = app.test_client()
    tablet.set_cookie("lms_device", cast.device_credentials["k1_may"])
    for pin in ("1111", PIN):
        tablet.post(f"/vao-lop/pin/{cast['hv_lan']}", data={"pin": pin}, headers=ORIGIN)
    _break(app, monkeypatch, walk)
    logs = capfd.readouterr()
    _look(database, keys, walk, logs.out + logs.err, (*SECRET, token), person)
    record_property("count: canary values followed", len(SECRET) + 3)
    record_property("count: canary answers read", len(walk.pages))


def _break(app: Flask, monkeypatch: pytest.MonkeyPatch, walk: Walk) -> None:
    """Something of ours fails with the values in its message, as the service would meet it."""

    def broken(*_given: object, **_more: object) -> None:
        raise KeyError(NAME, CITIZEN, PHONE)

    from lms.core.web import _answer_unexpected

    monkeypatch.setitem(app.error_handler_spec[None], None, {Exception: _answer_unexpected,
                        **app.error_handler_spec[None][None]})  # fmt: skip
    monkeypatch.setattr(queries, "people", broken)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr(app, "testing", False)
    assert "Máy chủ gặp lỗi" in walk.get("/dan-cu")


def _look(
    database: Database, keys: Keys, walk: Walk, logs: str, secret: tuple[str, ...], person: Person
) -> None:
    assert "KeyError" in logs, "the break was logged"
    assert [value for value in (*secret, NAME, "Canari") if value in logs] == []
    assert not re.search(rf"(?<!\d){PIN}(?!\d)", logs)
    wrong = [(page, value) for page, text in walk.pages for value in secret if value in text
             and not (value == PHONE and page.endswith(str(person.id)))]  # fmt: skip
    assert wrong == []
    refused = [page for page, text in walk.pages if page[0] in "45" and "Canari" in text]
    assert refused == []
    assert [a for a in walk.addresses for value in (*secret, "Canari") if value in a] == []
    named = tables_with(database, keys, (NAME.casefold(), "canari"))
    assert (
        not {"audit_entry", "event", "event_batch", "event_quarantine", "try_count"} & named.keys()
    ), named
    assert "person" in named
    assert {"audit_entry", "event", "event_batch", "try_count"} <= METADATA.tables.keys()
    bare = tables_with(
        database, Keys("other", *[b"0" * 32] * 4), (CITIZEN, secret[-1].casefold(), WRONG, PASSWORD)
    )
    assert bare == {}, "without the keys no cell of the database tells them"
