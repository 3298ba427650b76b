"""`lms db citus`: the SQL by which PostgreSQL with Citus spreads the communes over several machines.

Made from the tables themselves, so it is complete by construction. Printed, never run: which machines
there are is the province's business, and docs/scale.md says what was not tried.
"""

from collections.abc import Iterator

import click
from sqlalchemy import ForeignKeyConstraint, MetaData, Table, UniqueConstraint

from lms.core.data_versions import WATCHED
from lms.tables import GLOBAL_TABLES, METADATA

KEY = "commune_id"


@click.command("citus", help="In các lệnh SQL để Citus chia dữ liệu theo xã (chỉ in, không chạy).")
def citus() -> None:
    """Print the statements in the order in which they hold."""
    for line in statements(METADATA):
        click.echo(line)


def statements(metadata: MetaData) -> Iterator[str]:
    """Comments and statements, each one line; parents come before the tables that point to them."""
    tables = metadata.sorted_tables
    spread = [table for table in tables if table.name not in GLOBAL_TABLES]
    yield "-- One transaction each; on a database that 'lms db upgrade' has brought to this release."
    yield "-- What Citus does not take on a table that is spread:"
    for table in spread:
        yield from _keys_with_commune(table)
    for table in tables:
        if table.name in GLOBAL_TABLES:
            yield from _keys_out_of_shared(table)
    yield f"-- {len(WATCHED)} tables are stamped by triggers, which Citus does not run here: docs/scale.md"
    yield "-- Tables that every machine holds whole:"
    for table in tables:
        if table.name in GLOBAL_TABLES:
            yield f"SELECT create_reference_table('{table.name}');"
    yield "-- Tables that are spread; equal communes lie on the same machine:"
    for table in spread:
        with_ = "" if table is spread[0] else f", colocate_with => '{spread[0].name}'"
        yield f"SELECT create_distributed_table('{table.name}', '{KEY}'{with_});"


def _keys_with_commune(table: Table) -> Iterator[str]:
    """A unique key that lacks the commune gets it; digests of 256 random bits stay unique without a check."""
    for one in table.constraints:
        names = (
            [column.name for column in one.columns] if isinstance(one, UniqueConstraint) else [KEY]
        )
        if KEY not in names:
            yield f"ALTER TABLE {table.name} DROP CONSTRAINT {one.name};"
            yield f"ALTER TABLE {table.name} ADD CONSTRAINT {one.name} UNIQUE ({', '.join([KEY, *names])});"


def _keys_out_of_shared(table: Table) -> Iterator[str]:
    """A shared table cannot point to one that is spread; the code that writes the row looks itself."""
    for one in table.constraints:
        if isinstance(one, ForeignKeyConstraint) and one.referred_table.name not in GLOBAL_TABLES:
            yield f"ALTER TABLE {table.name} DROP CONSTRAINT {one.name};"
