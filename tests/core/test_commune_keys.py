"""Every commune table begins its key with commune_id, so that no row can point into another commune."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from lms.cli.citus import KEY, statements
from lms.tables import GLOBAL_TABLES, METADATA

WITHOUT_COMMUNE = {
    "uq_device_credential_digest": "looked up after its commune; 256 random bits are one of their kind",
}
POINTING_INTO_A_COMMUNE = {
    "fk_oidc_identity_commune_id_person_id": "an identity at a provider that belongs to a person",
}
"""Keys that a database spread by commune does not take; `lms db citus` loosens exactly these."""
pytestmark = pytest.mark.pure
COMMUNE_TABLES = [t for t in METADATA.sorted_tables if t.name not in GLOBAL_TABLES]


def test_the_list_of_global_tables_names_only_tables_there_are() -> None:
    assert set(GLOBAL_TABLES) <= set(METADATA.tables)


@pytest.mark.parametrize("table", COMMUNE_TABLES, ids=lambda t: t.name)
def test_the_primary_key_begins_with_the_commune(table: object) -> None:
    assert [c.name for c in table.primary_key.columns] == ["commune_id", "id"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("table", COMMUNE_TABLES, ids=lambda t: t.name)
def test_foreign_keys_stay_in_the_commune_or_point_to_a_global_table(table: object) -> None:
    for key in table.foreign_key_constraints:  # type: ignore[attr-defined]
        if key.referred_table.name not in GLOBAL_TABLES:
            assert key.column_keys[0] == "commune_id"
            assert next(iter(key.elements)).column.name == "commune_id"


@pytest.mark.parametrize("table", COMMUNE_TABLES, ids=lambda t: t.name)
def test_unique_keys_and_every_index_begin_with_the_commune(table: Table) -> None:
    keys = {str(one.name): [c.name for c in one.columns] for one in _unique(table)}
    keys |= {
        str(index.name): [getattr(part, "name", "") for part in index.expressions]
        for index in table.indexes
    }
    without = {name for name, columns in keys.items() if columns[0] != KEY}
    assert without <= set(WITHOUT_COMMUNE)


def _unique(table: Table) -> list[UniqueConstraint]:
    return [one for one in table.constraints if isinstance(one, UniqueConstraint)]


def test_tables_of_all_communes_point_to_no_row_of_one() -> None:
    pointing = {
        str(key.name)
        for name in GLOBAL_TABLES
        for key in METADATA.tables[name].foreign_key_constraints
        if key.referred_table.name not in GLOBAL_TABLES
    }
    assert pointing == set(POINTING_INTO_A_COMMUNE)


def test_the_sql_for_citus_spreads_every_commune_table_once_after_those_it_points_to() -> None:
    lines = list(statements(METADATA))
    spread = [line.split("'")[1] for line in lines if "create_distributed_table" in line]
    shared = [line.split("'")[1] for line in lines if "create_reference_table" in line]
    assert sorted(spread) == sorted(table.name for table in COMMUNE_TABLES)
    assert sorted(shared) == sorted(GLOBAL_TABLES)
    for table in COMMUNE_TABLES:
        parents = {key.referred_table.name for key in table.foreign_key_constraints} & set(spread)
        assert all(spread.index(name) <= spread.index(table.name) for name in parents)
    loosened = [line for line in lines if "DROP CONSTRAINT" in line]
    named = {line.split()[-1].rstrip(";") for line in loosened}
    assert named == {*WITHOUT_COMMUNE, *POINTING_INTO_A_COMMUNE}
