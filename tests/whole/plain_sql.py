"""The figures of the sample counted by hand in plain SQL, without any code of the service.

Every statement runs on the SQLite file with Python's own driver. A day stands in the SQL as
:day, and ages are counted by the calendar: somebody is of full age on the birthday, a bare year counts
as if born on 31/12.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

DAY = "2026-11-21"

# People who live in the commune on the day: one residence that has begun and not ended, alive, not erased.
RESIDENTS = """
    SELECT p.id, r.unit_id, r.household_id,
           coalesce(p.birth_date, p.birth_year || '-12-31') AS born
    FROM person p JOIN residence r ON r.person_id = p.id AND r.commune_id = p.commune_id
    WHERE (r.from_date IS NULL OR r.from_date <= :day) AND (r.to_date IS NULL OR r.to_date > :day)
      AND (p.died_on IS NULL OR p.died_on > :day)
"""
# Residents who have turned 18, 16 or 60 on or before the day.
ADULTS = f"SELECT * FROM ({RESIDENTS}) WHERE date(born, '+18 years') <= :day"
CITIZENS = f"SELECT * FROM ({RESIDENTS}) WHERE date(born, '+16 years') <= :day"
ELDERLY = f"SELECT * FROM ({RESIDENTS}) WHERE date(born, '+60 years') <= :day"
# People with a membership of a kind that stands on the day; `{}` is the list of kinds.
MEMBERS = """
    SELECT DISTINCT m.person_id AS id FROM membership m
    WHERE m.kind IN ({}) AND (m.from_date IS NULL OR m.from_date <= :day)
      AND (m.to_date IS NULL OR m.to_date > :day)
"""
OFFICIALS = MEMBERS.format("'public_sector', 'ward_official'")
# As which programme of the plans a row of this version counts: a variant says so, else its own code.
AS_COUNTED = """
    coalesce((SELECT nullif(v.counts_as, '') FROM programme_version v WHERE v.id = {0}.version_id),
             {0}.programme_code)
"""
# People with an attainment that counts by default (test passed, supervised, task observed), of these
# programmes, at any level, on or before the day, not revoked by then.
ATTAINED = f"""
    SELECT DISTINCT a.person_id AS id FROM attainment a
    LEFT JOIN attainment_revocation x ON x.attainment_id = a.id AND x.commune_id = a.commune_id
    WHERE {AS_COUNTED.format("a")} IN ({{}}) AND a.proof IN ('test_passed', 'test_supervised', 'task_observed')
      AND a.occurred_on <= :day AND (x.revoked_on IS NULL OR x.revoked_on > :day)
"""
# The same at proficient level alone.
PROFICIENT = f"{ATTAINED} AND a.level = 'proficient'"
ADULT_PROGRAMMES = "'can-bo', 'nguoi-lao-dong', 'nguoi-dan', 'nguoi-cao-tuoi', 'tieu-thuong-4t'"
ALL_SIX = f"{ADULT_PROGRAMMES}, 'hoc-sinh'"
# People who came to every session of a class of these programmes.
TRAINED = f"""
    SELECT DISTINCT e.person_id AS id
    FROM enrolment e JOIN cohort c ON c.id = e.cohort_id AND c.commune_id = e.commune_id
    WHERE {AS_COUNTED.format("c")} IN ({{}})
      AND 0 < (SELECT count(*) FROM class_session s WHERE s.cohort_id = c.id)
      AND (SELECT count(*) FROM attendance t WHERE t.enrolment_id = e.id AND t.state = 'present')
        = (SELECT count(*) FROM class_session s WHERE s.cohort_id = c.id)
"""
# People named on a list of VNeID confirmations that stands, from their own date on.
CONFIRMED = """
    SELECT DISTINCT f.person_id AS id FROM outside_fact f
    JOIN fact_import i ON i.id = f.import_id AND i.commune_id = f.commune_id AND i.undone_at IS NULL
    WHERE f.kind = 'vneid_confirmed' AND f.occurred_on <= :day
"""
# Instants are stored in UTC; Vietnam's day begins seven hours earlier.
OPENED_ON = "date(s.opened_at, '+7 hours')"
HELD = f"""
    SELECT s.id AS meeting, c.id AS cohort, {AS_COUNTED.format("c")} AS programme_code,
           c.unit_id, u.kind AS unit_kind, {OPENED_ON} AS day
    FROM class_session s JOIN cohort c ON c.id = s.cohort_id AND c.commune_id = s.commune_id
    JOIN unit u ON u.id = c.unit_id AND u.commune_id = c.commune_id
    WHERE s.opened_at IS NOT NULL AND {OPENED_ON} <= :day
"""


def rows(path: Path, statement: str, day: str = DAY) -> list[tuple[Any, ...]]:
    """The rows of a statement on a day."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(statement, {"day": day}).fetchall()


def number(path: Path, statement: str | None, day: str = DAY) -> int | None:
    """The one number that a statement gives; None for no statement."""
    if statement is None:
        return None
    ((found,),) = rows(path, statement, day)
    return int(found)


def count(table: str, inside: str = "") -> str:
    """A statement: how many ids a table has, or how many of them are in another."""
    where = f" WHERE id IN (SELECT id FROM ({inside}))" if inside else ""
    return f"SELECT count(DISTINCT id) FROM ({table}){where}"


def union(*tables: str) -> str:
    """A statement: how many ids are in any of the tables, each once."""
    return (
        f"SELECT count(*) FROM ({' UNION '.join(f'SELECT id FROM ({table})' for table in tables)})"
    )
