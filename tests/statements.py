"""Statements that are compiled once for all engines of a worker.

Each test has an engine of its own, and an engine compiles each statement when it first meets it: a fifth of the
time of all tests. What is compiled depends on the dialect only, so engines of one kind share theirs.
"""

from typing import Any

from sqlalchemy import Dialect, Engine

from lms.core import db

_make = db.create_engine
_dialects: dict[str, Dialect] = {}
_compiled: dict[str, dict[Any, Any]] = {}


def _sharing(*arguments: Any, **options: Any) -> Engine:
    engine = _make(*arguments, **options)
    if not engine.url.database:
        return engine
    name = engine.dialect.name
    known = _dialects.setdefault(name, engine.dialect)
    # A dialect learns about its server by the first connection; until then each engine keeps its own.
    if getattr(known, "server_version_info", None) is None:
        _dialects[name] = engine.dialect
    else:
        engine.dialect = known
    engine.update_execution_options(compiled_cache=_compiled.setdefault(name, {}))
    return engine


def share() -> None:
    """From now on `make_engine` gives engines that share what they compile."""
    db.create_engine = _sharing  # type: ignore[attr-defined]  # It is imported there by name.
