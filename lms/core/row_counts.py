"""How many rows each table of a database has: what a backup, its restore and an upgrade are compared by."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, inspect, literal, select, table, union_all

NO_RECORDS = ("alembic_version", "data_version")
"""The schema's own number, and stamps, which an upgrade may draw anew in fewer rows."""

_TOGETHER = 100
"""Tables of one statement: SQLite takes at most 500."""


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows by table, of the tables that are really there (an older schema has fewer)."""
    names = sorted(inspect(connection).get_table_names())
    found: dict[str, int] = {}
    for start in range(0, len(names), _TOGETHER):
        each = [
            select(literal(name), func.count()).select_from(table(name))
            for name in names[start : start + _TOGETHER]
        ]
        found.update((str(name), int(n)) for name, n in connection.execute(union_all(*each)))
    return dict(sorted(found.items()))


def lost(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Table → how many of its records are no longer there."""
    return {
        name: n - after.get(name, 0)
        for name, n in before.items()
        if name not in NO_RECORDS and after.get(name, 0) < n
    }
