"""How a statement is seen to stay in its commune; the pages' own are watched in tests/contract."""

import pytest

from tests.communal import ACROSS, COMMUNE_TABLES, straying, unheld

pytestmark = pytest.mark.pure

STAY = """
SELECT * FROM person WHERE commune_id = ? AND id = ?
SELECT 1 FROM person p JOIN unit u ON u.commune_id = p.commune_id AND u.id = p.id WHERE u.commune_id = ?
SELECT 1 FROM person p LEFT JOIN unit u ON u.commune_id = p.commune_id AND u.id = p.id WHERE p.commune_id = ?
SELECT 1 FROM person WHERE (commune_id, id) IN ((?, ?), (?, ?))
SELECT 1 FROM person WHERE commune_id IN (?, ?)
SELECT 1 FROM person WHERE (person.commune_id = ? AND id = ?) OR (person.commune_id = ? AND sex = ?)
SELECT 1 FROM person JOIN commune ON commune.id = person.commune_id WHERE commune.short_code = ?
UPDATE person SET sex = ? WHERE person.commune_id = ? AND person.id = ?
DELETE FROM event WHERE commune_id = ?
SELECT count(*) FROM (SELECT id FROM person WHERE commune_id = ?) AS found
SELECT 1 FROM event e, (SELECT commune_id FROM unit WHERE commune_id = ?) a WHERE e.commune_id = a.commune_id
SELECT 1 FROM account WHERE login = ?
"""
STRAY = """
SELECT * FROM person
SELECT * FROM person WHERE id = ?
SELECT 1 FROM person JOIN commune ON commune.id = person.commune_id
SELECT 1 FROM person JOIN commune ON commune.id = person.commune_id WHERE commune.province = ?
SELECT 1 FROM person p JOIN unit u ON u.id = p.id WHERE p.commune_id = ?
SELECT 1 FROM person p JOIN unit u ON u.commune_id = p.commune_id
SELECT 1 FROM person WHERE commune_id = ? OR id = ?
SELECT 1 FROM person WHERE commune_id != ?
SELECT 1 FROM person WHERE commune_id = ? AND id IN (SELECT person_id FROM membership)
UPDATE person SET sex = ? WHERE id = ?
DELETE FROM event WHERE id = ?
INSERT INTO unit SELECT * FROM person
SELECT count(*) FROM (SELECT id FROM person) AS found
WITH person_ids AS (SELECT id FROM person) SELECT 1 FROM unit WHERE unit.commune_id = ?
"""


@pytest.mark.parametrize("sql", STAY.strip().splitlines())
def test_it_stays_in_its_commune(sql: str) -> None:
    assert unheld(sql) == []


@pytest.mark.parametrize("sql", STRAY.strip().splitlines())
def test_it_strays(sql: str) -> None:
    assert unheld(sql)
    assert straying(sql)


def test_what_may_look_over_communes_is_a_table_of_communes() -> None:
    assert {table for table, _says, _why in ACROSS} <= COMMUNE_TABLES
