"""A province for bench_province: communes of 30,000 people with homes, groups, results and merges.

Rows are made inside PostgreSQL. What decides a figure occurs: people who died or moved between villages,
results withdrawn, records of one person twice, temporary residents, birth years without a day.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import Connection, Engine, text
from tqdm import tqdm

from courses import actions as courses_actions
from lms.core import data_versions
from lms.core.db import Database
from lms.core.guard import system
from lms.indicators import actions
from lms.people.models import Commune
from tests.factories.content import small_version

DAY = date(2026, 11, 21)
PLAN = "dien-sanh"
COMMUNES, PEOPLE, EACH = 33, 30_000, 5

ROWS = """
CREATE TEMP TABLE places AS SELECT g AS n, gen_random_uuid() AS id FROM generate_series(0, 59) g;
INSERT INTO unit (commune_id, id, code, name, kind, is_urban)
  SELECT :commune, id, 'U' || n, 'Đơn vị ' || n,
    CASE WHEN n < 40 THEN 'to_dan_pho' WHEN n < 46 THEN 'truong' WHEN n < 52 THEN 'co_quan'
         WHEN n < 58 THEN 'doanh_nghiep' ELSE 'to_cong_nghe_so' END, n % 3 = 0
  FROM places;
CREATE TEMP TABLE houses AS SELECT g AS n, gen_random_uuid() AS id FROM generate_series(0, :people / 4) g;
INSERT INTO household (commune_id, id, code, unit_id)
  SELECT :commune, houses.id, 'H' || houses.n, places.id FROM houses JOIN places ON places.n = houses.n % 40;
CREATE TEMP TABLE folk AS
  SELECT g AS n, gen_random_uuid() AS id, date '1936-01-01' + (random() * 32000)::int AS born
  FROM generate_series(0, :people - 1) g;
CREATE INDEX ON folk (n);
INSERT INTO person (commune_id, id, full_name, sort_key, search_key, birth_date, birth_year, sex, died_on,
                    created_at, updated_at)
  SELECT :commune, id, 'Người ' || n, n::text, n::text, CASE WHEN n % 10 > 0 THEN born END,
    extract(year FROM born)::int, CASE WHEN n % 2 = 0 THEN 'nam' ELSE 'nu' END,
    CASE WHEN n % 97 = 1 THEN date '2026-01-01' + n % 360 END, now(), now()
  FROM folk;
INSERT INTO residence (commune_id, id, person_id, unit_id, household_id, kind, from_date, to_date)
  SELECT :commune, gen_random_uuid(), folk.id, places.id, houses.id,
    CASE WHEN folk.n % 20 = 0 THEN 'tam_tru' ELSE 'thuong_tru' END, NULL,
    CASE WHEN folk.n % 50 = 7 THEN date '2026-06-01' + folk.n % 200 END
  FROM folk JOIN houses ON houses.n = folk.n / 4 JOIN places ON places.n = houses.n % 40
  WHERE folk.n % 200 <> 3;
INSERT INTO residence (commune_id, id, person_id, unit_id, household_id, kind, from_date, to_date)
  SELECT :commune, gen_random_uuid(), folk.id, places.id, NULL, 'thuong_tru',
    date '2026-06-01' + folk.n % 200, NULL
  FROM folk JOIN places ON places.n = (folk.n / 50) % 40 WHERE folk.n % 50 = 7 AND folk.n % 200 <> 3;
INSERT INTO membership (commune_id, id, person_id, kind, unit_id, level, from_date, to_date)
  SELECT :commune, gen_random_uuid(), folk.id,
    CASE WHEN folk.n % 20 < 8 THEN 'student' WHEN folk.n % 20 < 13 THEN 'worker'
         WHEN folk.n % 20 < 15 THEN 'public_sector' ELSE 'farmer' END,
    places.id, CASE WHEN folk.n % 20 < 8 THEN 'primary' END, NULL,
    CASE WHEN folk.n % 60 = 11 THEN date '2026-03-01' + folk.n % 360 END
  FROM folk JOIN places ON places.n = 40 + folk.n % 18 WHERE folk.n < :people / 2 AND folk.n % 200 <> 3;
CREATE TEMP TABLE won AS
  SELECT gen_random_uuid() AS id, folk.id AS person, k,
    date '2025-09-01' + (random() * 445)::int AS day
  FROM folk CROSS JOIN generate_series(0, :each - 1) k;
INSERT INTO attainment (commune_id, id, person_id, programme_code, version_id, level, proof,
                        occurred_on, evidence)
  SELECT :commune, id, person,
    (ARRAY['nguoi-dan', 'can-bo', 'hoc-sinh', 'nguoi-lao-dong', 'nguoi-dan'])[k % 5 + 1], :version,
    CASE WHEN k % 5 = 4 THEN 'proficient' ELSE 'basic' END, 'test_passed', day, '{}'
  FROM won;
INSERT INTO attainment_revocation (commune_id, id, attainment_id, revoked_on, reason, made_at)
  SELECT :commune, gen_random_uuid(), id, day + 20, 'nhầm người', now() FROM won WHERE random() < 0.02;
INSERT INTO person_link (commune_id, id, duplicate_id, survivor_id, reason, made_at)
  SELECT :commune, gen_random_uuid(), twice.id, folk.id, 'trùng', now()
  FROM folk AS twice JOIN folk ON folk.n = twice.n + 1 WHERE twice.n % 200 = 3;
DROP TABLE places, houses, folk, won;
"""
"""One commune; of every 200 records one is a second one of its neighbour, without home or group."""


def build(database: Database, communes: int) -> list[UUID]:
    """Fill an empty, migrated database; the communes' ids."""
    with database.write() as session:
        version = small_version()
        courses_actions.publish(session, version, {})
        made = [
            Commune(short_code=f"B{n:03}", kind="xa", name=f"Đo Đạc {n}", province="Tỉnh Mẫu")
            for n in range(communes)
        ]
        session.add_all(made)
        session.flush()
        for commune in made:
            actions.adopt_shipped(session, system(commune.id), PLAN)
    for commune in tqdm(made, desc="building", unit="commune"):
        _fill(database.engine, commune.id, version.id)
    with database.engine.begin() as connection:
        data_versions._stamp_all(connection)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    return [commune.id for commune in made]


def _fill(engine: Engine, commune: UUID, version: UUID) -> None:
    """Checks and stamps are left out while the rows are made: they hold by the way they are made."""
    values = {"commune": commune, "version": version, "people": PEOPLE, "each": EACH}
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for statement in filter(str.strip, ROWS.split(";\n")):
            named = {key: value for key, value in values.items() if f":{key}" in statement}
            connection.execute(text(statement.replace("::", "\\:\\:")), named)


WIN = """
INSERT INTO attainment (commune_id, id, person_id, programme_code, version_id, level, proof,
                        occurred_on, evidence)
SELECT commune_id, gen_random_uuid(), person.id, 'tieu-thuong-4t', :version, 'basic', 'test_passed', :day, '{}'
FROM person WHERE person.commune_id = ANY(:communes) AND NOT EXISTS (
  SELECT FROM attainment a WHERE a.commune_id = person.commune_id AND a.person_id = person.id
    AND a.programme_code = 'tieu-thuong-4t')
ORDER BY md5(id\\:\\:text) LIMIT :n
RETURNING commune_id, id, person_id
"""


def win(connection: Connection, communes: list[UUID], n: int) -> list[tuple[UUID, UUID, UUID]]:
    """So many new results, spread over the communes: (commune, result, person)."""
    version = connection.execute(text("SELECT id FROM programme_version LIMIT 1")).scalar_one()
    values = {"communes": communes, "n": n, "version": version, "day": DAY}
    return [(row[0], row[1], row[2]) for row in connection.execute(text(WIN), values)]
