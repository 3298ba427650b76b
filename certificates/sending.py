"""Sending files so that a broken download goes on where it stopped: length, name of the state, ranges."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from lms.core.downloads import as_file

_IN_MEMORY = 4 * 1024 * 1024
"""Bytes of a file that are kept in memory; a larger one is put on disk while it is made."""


def file_answer(
    pieces: Iterable[bytes], name: str, content_type: str = "application/pdf"
) -> Response:
    """A file made of these pieces, named by its hash: the same bytes, the same ETag.

    It is whole before the first byte leaves, so a fault while it is made is an answer and no torn file.
    Answers 304 to who has it, 206 to who has a part of it, 416 to who asks beyond its end.
    """
    file, size, digest = _made(pieces)
    is_small = size <= _IN_MEMORY
    body = _taken(file) if is_small else wrap_file(request.environ, file)
    answer = Response(body, direct_passthrough=not is_small)
    answer.call_on_close(file.close)
    answer.content_type, answer.content_length = content_type, size
    as_file(answer, name, shown=True)
    answer.set_etag(digest)
    try:
        return answer.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        file.close()
        raise


def _made(pieces: Iterable[bytes]) -> tuple[IO[bytes], int, str]:
    """The file at its beginning, its length, its SHA-256."""
    file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the server closes what it sends.
    digest = sha256()
    try:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    return file, size, digest.hexdigest()


def _taken(file: IO[bytes]) -> bytes:
    with file:
        return file.read()
