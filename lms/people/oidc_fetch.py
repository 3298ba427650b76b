"""Asking a provider: short, small, never elsewhere.

Only addresses of the settings and of their discovery documents come here. A redirect is a refusal, an answer
has a bound in bytes and in time as a whole, so a provider that drips holds no thread for long.
"""

import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from lms.people.oidc_words import Refused

STEP_SECONDS, WHOLE_SECONDS = 4.0, 8.0
AT_MOST = 256 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    kind: str
    body: bytes


def call(
    address: str, body: str | None = None, headers: Mapping[str, str] | None = None,
    seconds: float = WHOLE_SECONDS,
) -> Answer:  # fmt: skip
    """GET, or POST a body; Refused when there is no whole answer in time and size."""
    parts = urlsplit(address)
    line = _line(parts.scheme, parts.hostname or "", parts.port)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        line.connect()
        method = "GET" if body is None else "POST"
        return _exchange(line, method, path, body, dict(headers or {}), seconds)
    except (OSError, http.client.HTTPException, ValueError):
        raise Refused("unreachable") from None
    finally:
        line.close()


def _line(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        return http.client.HTTPSConnection(host, port, timeout=STEP_SECONDS, context=_tls())
    return http.client.HTTPConnection(host, port, timeout=STEP_SECONDS)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    """Certificates are checked against those that the system trusts."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _exchange(
    line: http.client.HTTPConnection, method: str, path: str, body: str | None,
    headers: dict[str, str], seconds: float,
) -> Answer:  # fmt: skip
    wire, late = line.sock, threading.Event()
    timer = threading.Timer(seconds, _cut, (wire, late))
    timer.daemon = True
    timer.start()
    try:
        line.request(
            method, path, body, {"Accept": "application/json", "Connection": "close", **headers}
        )
        answer = line.getresponse()
        content = answer.read(AT_MOST + 1)
    finally:
        timer.cancel()
    if late.is_set() or len(content) > AT_MOST or 300 <= answer.status < 400:
        raise Refused("unreachable")
    return Answer(answer.status, answer.headers.get_content_type(), content)


def _cut(wire: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        wire.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def read_object(answer: Answer) -> dict[str, Any]:
    """The JSON object of a good answer; Refused for anything else."""
    if answer.status != 200:
        raise Refused("unreachable")
    try:
        data = json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused("unreachable") from None
    if not isinstance(data, dict):
        raise Refused("unreachable")
    return data
