"""Reception: a request's body is read to its end before the request takes one of the few workers.

The server runs as many threads as may wait for bodies, but only `workers` requests are worked on at once:
a sender that stalls holds a chair, never a worker, and one address holds half of the chairs at most. A body
that breaks off is nobody's wish: it is refused here, because what came of a form looks like a whole one.
"""

import threading
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from lms.core.guard import HEADERS, SAFE_METHODS
from lms.core.i18n import _
from lms.core.limits import network_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Environ = dict[str, Any]

CHAIRS = 96
"""Bodies of one process that may be on their way at once; the server needs a thread for each."""
CHAIRS_OF_ONE = CHAIRS // 2
"""Those of one address: a hall of tablets or an office may stand behind it."""
IN_MEMORY = 256 * 1024
"""Bytes: longer bodies wait in a file, so that many of them do not fill the memory."""
PIECE = 64 * 1024


class Turned(Exception):
    """A request that is not let in, and how it is told."""

    def __init__(self, status: HTTPStatus, words: str) -> None:
        super().__init__(status)
        self.status, self.words = status, words

    def answer(self) -> Response:
        """A plain sentence: nothing of the service is asked for it."""
        answer = Response(self.words, self.status, content_type="text/plain; charset=utf-8")
        answer.headers.update({**HEADERS, "Cache-Control": "no-store", "Connection": "close"})
        if self.status is HTTPStatus.SERVICE_UNAVAILABLE:
            answer.headers["Retry-After"] = "5"
        return answer


class Reception:
    """WSGI middleware around the service. `largest` bounds, in bytes, what is read of a body."""

    def __init__(self, app: "WSGIApplication", workers: int, largest: int) -> None:
        self._app, self._largest = app, largest
        self._workers = threading.BoundedSemaphore(workers)
        self._lock, self._waiting = threading.Lock(), Counter[str]()

    def __call__(self, environ: Environ, start_response: "StartResponse") -> Iterable[bytes]:
        """Read, then wait for a worker, then answer."""
        try:
            body = self._received(environ)
        except Turned as turned:
            return turned.answer()(environ, start_response)
        try:
            with self._workers:
                return self._app(environ, start_response)
        finally:
            if body is not None:
                body.close()

    def _received(self, environ: Environ) -> IO[bytes] | None:
        """The whole body, from now on the request's input; None where there is none."""
        length = _length(environ)
        if length == 0:
            return None
        network = _network(environ.get("REMOTE_ADDR", ""))
        self._sit(network)
        body: IO[bytes] | None = None
        try:
            body = BytesIO() if length <= IN_MEMORY else TemporaryFile()  # noqa: SIM115 - closed after the answer.
            _copy(environ["wsgi.input"], body, min(length, self._largest + 1))
        except BaseException:
            if body is not None:
                body.close()
            raise
        finally:
            self._rise(network)
        body.seek(0)
        environ["wsgi.input"] = body
        return body

    def _sit(self, network: str) -> None:
        with self._lock:
            if self._waiting.total() >= CHAIRS or self._waiting[network] >= CHAIRS_OF_ONE:
                words = _("Đang có quá nhiều lượt gửi dở. Hãy chờ vài giây rồi gửi lại.")
                raise Turned(HTTPStatus.SERVICE_UNAVAILABLE, words)
            self._waiting[network] += 1

    def _rise(self, network: str) -> None:
        with self._lock:
            self._waiting[network] -= 1
            if not self._waiting[network]:
                del self._waiting[network]


_network = lru_cache(maxsize=1024)(network_of)


def _length(environ: Environ) -> int:
    """Bytes that are announced; bodies without a length cannot be told from ones that broke off."""
    if environ["REQUEST_METHOD"] in SAFE_METHODS:
        return 0
    if "HTTP_TRANSFER_ENCODING" in environ:
        words = _(
            "Nội dung gửi lên phải kèm độ dài (Content-Length). Hãy gửi lại bằng trình duyệt."
        )
        raise Turned(HTTPStatus.LENGTH_REQUIRED, words)
    announced = environ.get("CONTENT_LENGTH", "")
    return int(announced) if announced.isascii() and announced.isdigit() else 0


def _copy(source: IO[bytes], target: IO[bytes], wanted: int) -> None:
    while wanted:
        piece = source.read(min(PIECE, wanted))
        if not piece:
            words = _("Đường truyền đứt giữa chừng nên chưa lưu gì. Hãy gửi lại.")
            raise Turned(HTTPStatus.BAD_REQUEST, words)
        target.write(piece)
        wanted -= len(piece)
