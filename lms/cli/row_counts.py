"""How many rows each table of a database has: what a backup and its restore are compared by."""

from sqlalchemy import Connection, func, inspect, select, table


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows by table, of the tables that are really there (an older schema has fewer)."""
    names = sorted(inspect(connection).get_table_names())
    return {
        name: connection.scalar(select(func.count()).select_from(table(name))) or 0
        for name in names
    }
