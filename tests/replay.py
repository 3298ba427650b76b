"""What a fixture wrote to an empty database, written again by the same statements.

Building the cast costs 60 ms, mostly of the unit of work; its statements alone cost 8 ms.
"""

from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from sqlalchemy import event

from lms.core.db import Database

Made = TypeVar("Made")


@dataclass
class Replay(Generic[Made]):
    """What was made on one kind of database: the value for the tests, and the writing statements in order."""

    made: Made
    written: list[tuple[str, Any]] = field(default_factory=list)


@dataclass
class Replays(Generic[Made]):
    """One `Replay` for each kind of database; whoever asks first makes it."""

    kept: dict[str, Replay[Made]] = field(default_factory=dict)

    def on(self, database: Database, make: Callable[[], Made]) -> Made:
        """What `make` makes on this empty database, with ids that are the same each time."""
        kind = database.engine.dialect.name
        if kind in self.kept:
            self._again(database, self.kept[kind].written)
        else:
            self.kept[kind] = self._first(database, make)
        return deepcopy(self.kept[kind].made)

    def _first(self, database: Database, make: Callable[[], Made]) -> Replay[Made]:
        written: list[tuple[str, Any]] = []

        def note(_c: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
            if not statement.lstrip().upper().startswith(("SELECT", "BEGIN")):
                written.append((statement, values))

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            return Replay(make(), written)
        finally:
            event.remove(database.engine, "before_cursor_execute", note)

    def _again(self, database: Database, written: list[tuple[str, Any]]) -> None:
        with database.engine.begin() as connection:
            driver = connection.connection.driver_connection
            cursor = connection.connection.cursor()
            # PostgreSQL takes all of it at once, instead of an answer for each statement.
            with getattr(driver, "pipeline", nullcontext)():
                for statement, values in written:
                    # Several rows come as a list, or as one long statement with all their values.
                    (cursor.executemany if isinstance(values, list) else cursor.execute)(
                        statement, values
                    )
            cursor.close()
