"""What a tablet asks for to show a lesson, beside a Flask page that returns as many cached bytes.

The part of a lesson (about 20 KB) and the index are made once per content and release and kept compressed; a
tablet that has them is answered 304. Both sides are called as WSGI applications in this process, with the
device's credential on our side, so that only the service itself is measured, in processor time. For comparison
the same lesson is drawn by its template for a trainer, and compressed at each request.
"""

import gzip
import io
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from class_load import newest
from common import ratio
from flask import Flask, Response

from courses import queries as courses
from lms.app import create_app
from lms.cli.content import publish_library
from lms.core import migrate
from lms.core.db import Database
from lms.core.keys import make_keys
from lms.core.settings import Settings
from tests.cast import build_cast

CALLS, ROUNDS = 200, 7
Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def call(app: Wsgi, path: str, headers: dict[str, str]) -> tuple[str, bytes, dict[str, str]]:
    """One request: status, body, headers."""
    told: dict[str, Any] = {}
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        "REMOTE_ADDR": "127.0.0.1", "HTTP_ACCEPT_ENCODING": "gzip", **headers,
    }  # fmt: skip

    def start(status: str, found: list[tuple[str, str]], _error: object = None) -> None:
        told.update(status=status, headers={name.lower(): value for name, value in found})

    chunks = app(environ, start)
    body = b"".join(chunks)
    if close := getattr(chunks, "close", None):
        close()
    return told["status"], body, told["headers"]


def microseconds(work: Callable[[], object]) -> float:
    """Median of some rounds of processor time of one call."""
    times = []
    for _round in range(ROUNDS):
        began = time.process_time()
        for _call in range(CALLS):
            work()
        times.append((time.process_time() - began) / CALLS * 1e6)
    return statistics.median(times)


def cached(body: bytes) -> Flask:
    """A Flask page that returns these bytes."""
    app = Flask("cached")
    app.get("/")(lambda: Response(body, content_type="application/json"))
    return app


def main() -> None:
    """One lesson of the library."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        database, keys = Database(settings), make_keys()
        migrate.upgrade(database.engine)
        cast = build_cast(database, keys)
        with database.write() as session:
            publish_library(session)
            row = newest(session)
            version, content = courses.version(session, row.id), row.content_hash
        app = create_app(settings, database=database, keys=keys)
        told(app.wsgi_app, version, content, cast)
        database.close()


def told(app: Wsgi, version: Any, content: str, cast: Any) -> None:
    """The lines."""
    device = {"HTTP_AUTHORIZATION": f"Bearer {cast.device_credentials['k1_may']}"}
    index = f"/api/v1/content/{content}/basic"
    listed = json.loads(gzip.decompress(call(app, index, device)[1]))
    lesson = max(listed["lessons"], key=lambda one: one["part"]["bytes"])
    part = f"{index}/parts/{lesson['part']['sha256']}"
    status, body, headers = call(app, part, device)
    assert status.startswith("200"), status
    bare_app = cached(body).wsgi_app
    floor = microseconds(lambda: call(bare_app, "/", {}))
    size = lesson["part"]["bytes"]
    print(f"{lesson['code']}: {size} bytes, {len(body)} on the wire; cached bytes {floor:.0f} µs")
    again = {**device, "HTTP_IF_NONE_MATCH": headers["etag"]}
    ours = microseconds(lambda: call(app, part, device))
    ratio(f"part of a lesson, as made once: {ours:.0f} µs", ours, floor, "≤ 120%")
    asked = microseconds(lambda: call(app, "/api/v1/sync/time", device))
    ratio(f"the least call of a device, who it is and the time: {asked:.0f} µs", asked, floor, "–")
    ratio("part of a lesson ÷ that least call", ours, asked, "–")
    kept = microseconds(lambda: call(app, part, again))
    assert call(app, part, again)[0].startswith("304")
    ratio(f"the same, kept by the tablet (304): {kept:.0f} µs", kept, floor, "≤ 120%")
    drawn = f"/chuong-trinh/{version.id}/{lesson['code']}"
    staff = {"HTTP_COOKIE": f"lms_staff={cast.staff_tokens['trang']}"}
    assert call(app, drawn, staff)[0].startswith("200")
    page = microseconds(lambda: gzip.compress(call(app, drawn, staff)[1], 6))
    ratio(f"drawn and compressed each time (a trainer's page): {page:.0f} µs", page, floor, "–")


if __name__ == "__main__":
    main()
