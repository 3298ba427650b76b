"""A body is whole before it costs a worker: stalled ones hold chairs, broken ones are refused."""

import io
import threading
from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import create_environ, run_wsgi_app

from lms.core import reception
from lms.core.guard import HEADERS
from lms.core.reception import Reception
from tests.cast import Cast

ORIGIN = {"HTTP_ORIGIN": "http://localhost"}


class Stalled(io.RawIOBase):
    """A sender of whom nothing more comes until it is let go; then the line breaks."""

    def __init__(self) -> None:
        self.is_reached, self.is_over = threading.Event(), threading.Event()

    def read(self, size: int = -1) -> bytes:
        self.is_reached.set()
        self.is_over.wait()
        return b""


def _echo(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [])
    return [environ["wsgi.input"].read()]


def _post(front: Reception, source: Any, length: int, **more: str) -> tuple[int, Headers, bytes]:
    environ = create_environ(method="POST")
    environ |= {"wsgi.input": source, "CONTENT_LENGTH": str(length), "REMOTE_ADDR": "192.0.2.7"}
    body, status, headers = run_wsgi_app(front, environ | more)
    return int(status[:3]), headers, b"".join(body)


@pytest.mark.pure
def test_stalled_senders_hold_no_worker_and_one_address_not_every_chair(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reception, "CHAIRS", 4)
    monkeypatch.setattr(reception, "CHAIRS_OF_ONE", 2)
    front, statuses = Reception(_echo, workers=1, largest=100), list[int]()
    sources = [Stalled(), Stalled()]
    senders = [
        threading.Thread(target=lambda one=one: statuses.append(_post(front, one, 9)[0]))  # type: ignore[misc]  # A default argument binds the loop's value.
        for one in sources
    ]
    for sender in senders:
        sender.start()
    try:
        assert all(source.is_reached.wait(60) for source in sources)
        assert run_wsgi_app(front, create_environ())[1] == "200 OK"
        status, headers, _body = _post(front, io.BytesIO(b"abc"), 3)
        assert (status, headers["Retry-After"]) == (503, "5")
        elsewhere = _post(front, io.BytesIO(b"abc"), 3, REMOTE_ADDR="198.51.100.1")
        assert elsewhere[2] == b"abc"
    finally:
        for source, sender in zip(sources, senders, strict=True):
            source.is_over.set()
            sender.join()
    assert statuses == [400, 400]
    assert _post(front, io.BytesIO(b"abc"), 3)[2] == b"abc"


@pytest.mark.pure
def test_a_body_is_whole_or_refused() -> None:
    front = Reception(_echo, workers=1, largest=8)
    status, headers, _body = _post(front, io.BytesIO(b"ab"), 5)
    assert status == 400
    assert HEADERS.items() <= dict(headers).items()
    assert _post(front, io.BytesIO(b"abc"), 3)[2] == b"abc"
    assert _post(front, io.BytesIO(b"x" * 20), 20)[2] == b"x" * 9
    assert _post(front, io.BytesIO(b"abc"), 0, HTTP_TRANSFER_ENCODING="chunked")[0] == 411


@pytest.mark.db
def test_a_form_that_broke_off_is_not_taken_for_a_whole_one(app: Flask, cast: Cast) -> None:
    sent = {
        **create_environ("/giao-dien", method="POST", data={"theme": "contrast", "x": "1"}),
        **ORIGIN,
    }
    cut = run_wsgi_app(app.wsgi_app, {**sent, "CONTENT_LENGTH": "500"})
    assert cut[1].startswith("400")
    assert "Set-Cookie" not in cut[2]
    sent["wsgi.input"].seek(0)
    whole = run_wsgi_app(app.wsgi_app, sent)
    assert "theme=contrast" in whole[2]["Set-Cookie"]
