"""Every commune table begins its key with commune_id, so that no row can point into another commune."""

import pytest
from sqlalchemy import UniqueConstraint

from lms.tables import GLOBAL_TABLES, METADATA

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
def test_unique_constraints_begin_with_the_commune(table: object) -> None:
    for constraint in table.constraints:  # type: ignore[attr-defined]
        if isinstance(constraint, UniqueConstraint):
            names = [c.name for c in constraint.columns]
            # A device's credential is looked up after its commune; its digest is unique everywhere.
            assert names[0] == "commune_id" or names == ["credential_digest"]
