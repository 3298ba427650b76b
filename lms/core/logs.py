"""Structured logs without personal data: ids and counts, never names, PINs or citizen IDs."""

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog


def configure(*, as_json: bool) -> None:
    """Set up structlog once for the process."""
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_broke,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def where_it_broke(_log: object, _method: str, told: MutableMapping[str, Any]) -> Any:
    """The error's kind and the lines of code it went through, without its message.

    A message quotes what it met: `KeyError: 'Nguyễn Thị Lan'`. The code's own lines quote nothing.
    """
    given = told.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        told["exception"] = "\n".join(_told(error))
    return told


def _told(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _told(cause)
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
