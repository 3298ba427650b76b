"""The statements that count every figure, for many communes and days at once.

`c` is a commune, `d` a cut-off day; both stand in `asked`. Days are Vietnam's, instants are stored in
UTC. Every statement makes one table out of those above it.
"""

from collections.abc import Callable

from tests.indicators.oracle.papers import LEVELS, NAMED

STANDS = "({0}.starts IS NULL OR {0}.starts <= {1}) AND ({0}.ends IS NULL OR {0}.ends > {1})"
"""A span holds on a day; `ends` is the first day out."""


def _stands(row: str, day: str = "q.d") -> str:
    return STANDS.format(row, day)


MACROS = """
-- Vietnam is seven hours ahead the whole year.
CREATE MACRO day_of(t) AS CAST(t + INTERVAL 7 HOUR AS DATE);
-- The day on which somebody is fully n years old: the day after n years of the eve of the birth, so that a
-- birth on 29/2 comes of age on 1/3.
CREATE MACRO full_on(born, n) AS CAST(CAST(born - INTERVAL 1 DAY AS DATE) + to_years(n) AS DATE) + 1;
"""

PEOPLE = f"""
-- The record that stands for each one, through any number of merges that stand today.
CREATE TABLE stands_for AS
WITH RECURSIVE up(c, who, now) AS (
    SELECT c, key, key FROM person
    UNION SELECT up.c, up.who, l.survivor FROM up
    JOIN link l ON l.c = up.c AND l.duplicate = up.now AND NOT l.undone
)
SELECT * FROM up WHERE NOT EXISTS (SELECT 1 FROM link l
    WHERE l.c = up.c AND l.duplicate = up.now AND NOT l.undone);

-- The survivor's blanks are filled from the duplicates in the order of their keys, a birth date only of the
-- same year.
CREATE TABLE blanks AS
SELECT s.c, s.now AS who, arg_min(p.sex, p.key) FILTER (p.sex IS NOT NULL) AS sex,
    arg_min(p.died, p.key) FILTER (p.died IS NOT NULL) AS died,
    arg_min(coalesce(year(p.born), p.year), p.key) FILTER (coalesce(year(p.born), p.year) IS NOT NULL) AS year
FROM stands_for s JOIN person p ON p.c = s.c AND p.key = s.who WHERE s.who <> s.now GROUP BY ALL;
CREATE TABLE human AS
SELECT p.c, p.key AS who, coalesce(p.sex, b.sex) AS sex, coalesce(p.died, b.died) AS died,
    coalesce(p.born,
        (SELECT arg_min(o.born, o.key) FROM stands_for s JOIN person o ON o.c = s.c AND o.key = s.who
         WHERE s.c = p.c AND s.now = p.key AND s.who <> p.key AND o.born IS NOT NULL
           AND year(o.born) = coalesce(p.year, b.year))) AS born,
    coalesce(year(p.born), p.year, b.year) AS year
FROM person p LEFT JOIN blanks b ON b.c = p.c AND b.who = p.key
WHERE EXISTS (SELECT 1 FROM stands_for s WHERE s.c = p.c AND s.who = p.key AND s.now = p.key);

-- A death counts from its day; a bare year counts as its last day.
CREATE TABLE alive AS
SELECT q.c, q.d, h.who, h.sex, coalesce(h.born, make_date(h.year, 12, 31)) AS born
FROM asked q JOIN human h USING (c) WHERE h.died IS NULL OR h.died > q.d;

-- Which unit stands for each on the day, through the mergers dated on or before it.
CREATE TABLE unit_of AS
WITH RECURSIVE up(c, d, unit, now) AS (
    SELECT q.c, q.d, u.key, u.key FROM asked q JOIN unit u USING (c)
    UNION SELECT up.c, up.d, up.unit, m.into_unit FROM up JOIN unit_change m
      ON m.c = up.c AND m.unit = up.now AND m.into_unit IS NOT NULL AND NOT m.undone AND m.happened_on <= up.d
)
SELECT * FROM up WHERE NOT EXISTS (SELECT 1 FROM unit_change m WHERE m.c = up.c AND m.unit = up.now
    AND m.into_unit IS NOT NULL AND NOT m.undone AND m.happened_on <= up.d);
-- What each was called on the day: the last name given by then, else the first that was ever replaced.
CREATE TABLE unit_name AS
SELECT q.c, q.d, u.key AS unit, coalesce(
    (SELECT arg_max(r.new_name, r.happened_on) FROM unit_change r WHERE r.c = q.c AND r.unit = u.key
       AND r.into_unit IS NULL AND NOT r.undone AND r.happened_on <= q.d),
    (SELECT arg_min(r.old_name, r.happened_on) FROM unit_change r WHERE r.c = q.c AND r.unit = u.key
       AND r.into_unit IS NULL AND NOT r.undone), u.name) AS name
FROM asked q JOIN unit u USING (c);

-- Where everybody lives: of two homes at once the later one, of one day the permanent one.
CREATE TABLE home AS
SELECT q.c, q.d, s.now AS who, o.now AS unit, r.household
FROM asked q JOIN residence r USING (c) JOIN stands_for s ON s.c = r.c AND s.who = r.person
JOIN alive a ON a.c = q.c AND a.d = q.d AND a.who = s.now
LEFT JOIN unit_of o ON o.c = q.c AND o.d = q.d AND o.unit = r.unit
WHERE {_stands("r")} AND (q.temporary OR NOT r.temporary)
QUALIFY row_number() OVER (PARTITION BY q.c, q.d, s.now ORDER BY r.starts DESC NULLS LAST, r.temporary,
    r.household IS NULL, r.unit DESC, r.household DESC) = 1;
CREATE TABLE resident AS
SELECT h.*, a.born, u.urban FROM home h JOIN alive a USING (c, d, who)
LEFT JOIN unit u ON u.c = h.c AND u.key = h.unit;
CREATE TABLE member AS
SELECT DISTINCT q.c, q.d, s.now AS who, m.kind, o.now AS unit, m.level
FROM asked q JOIN membership m USING (c) JOIN stands_for s ON s.c = m.c AND s.who = m.person
JOIN alive a ON a.c = q.c AND a.d = q.d AND a.who = s.now
LEFT JOIN unit_of o ON o.c = q.c AND o.d = q.d AND o.unit = m.unit
WHERE {_stands("m")};
CREATE TABLE guided AS
SELECT DISTINCT q.c, q.d, a.now AS who, b.now AS mentee
FROM asked q JOIN mentoring m USING (c) JOIN stands_for a ON a.c = m.c AND a.who = m.mentor
JOIN stands_for b ON b.c = m.c AND b.who = m.mentee
JOIN alive x ON x.c = q.c AND x.d = q.d AND x.who = b.now
WHERE {_stands("m")} AND a.now <> b.now;
CREATE TABLE team AS
SELECT q.c, q.d, u.key AS team, o.now AS unit FROM asked q JOIN unit u USING (c)
JOIN unit_of t ON t.c = q.c AND t.d = q.d AND t.unit = u.key AND t.now = u.key
LEFT JOIN unit_of o ON o.c = q.c AND o.d = q.d AND o.unit = u.parent
WHERE u.kind = 'to_cong_nghe_so' AND (u.opened_on IS NULL OR u.opened_on <= q.d)
  AND (u.closed_on IS NULL OR u.closed_on > q.d);

-- Classes: a meeting counts on the day it was opened; one that was cancelled cannot be missed.
CREATE TABLE held AS
SELECT c, key AS meeting, cohort, day_of(opened_at) AS day FROM meeting WHERE opened_at IS NOT NULL;
CREATE TABLE came AS
SELECT e.c, e.cohort, s.now AS who, h.meeting, h.day FROM attendance t
JOIN enrolment e ON e.c = t.c AND e.key = t.enrolment
JOIN held h ON h.c = t.c AND h.meeting = t.meeting JOIN stands_for s ON s.c = e.c AND s.who = e.person;
"""


def _kind(*kinds: str) -> str:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return f"SELECT c, d, who FROM member WHERE kind IN ({listed})"


def _level(*levels: str) -> str:
    listed = ", ".join(f"'{level}'" for level in levels)
    return f"SELECT c, d, who FROM member WHERE kind = 'student' AND level IN ({listed})"


def _aged(n: int, more: str = "true") -> str:
    return f"SELECT c, d, who FROM resident WHERE full_on(born, {n}) <= d AND {more}"


def _standing(kinds: str) -> str:
    return f"""SELECT q.c, q.d, u.key FROM asked q JOIN unit u USING (c)
        JOIN unit_of o ON o.c = q.c AND o.d = q.d AND o.unit = u.key AND o.now = u.key
        WHERE u.kind IN ({kinds}) AND (u.opened_on IS NULL OR u.opened_on <= q.d)
          AND (u.closed_on IS NULL OR u.closed_on > q.d)"""


PUBLIC = "'co_quan', 'truong', 'tram_y_te', 'trung_tam_hcc'"
RESIDENTIAL = "'thon', 'to_dan_pho', 'khu_dan_cu'"
LIVES_HERE = " AND EXISTS (SELECT 1 FROM resident r WHERE (r.c, r.d, r.who) = (member.c, member.d, member.who))"
RESIDENTS = "SELECT c, d, who FROM resident"

POPULATIONS = {
    "public_sector": _kind("public_sector", "ward_official"),
    "ward_officials": _kind("ward_official"),
    "ambassadors": _kind("ambassador"),
    "workers": _kind("worker"),
    "digital_team": _kind("digital_team"),
    "students": _kind("student"),
    **{name: _level(*levels) for name, levels in LEVELS.items()},
    "disabled": _kind("disabled") + LIVES_HERE,
    "poor": _kind("poor") + LIVES_HERE,
    "residents": RESIDENTS,
    "adults": _aged(18),
    "urban_adults": _aged(18, "urban"),
    "citizens_16": _aged(16),
    "elderly": _aged(60),
    "market": f"{_kind('trader', 'farmer')} UNION {RESIDENTS}",
    "taught": f"{_kind('public_sector', 'ward_official', 'digital_team')} UNION {RESIDENTS}",
    # Listed mentors, and ward officials or ambassadors who guide somebody.
    "mentors": f"""{_kind("mentor")} UNION ({_kind("ward_official", "ambassador")}
        INTERSECT SELECT c, d, who FROM guided)""",
    # Enrolled in this year and still so, or came to a meeting of this year.
    "learners": """SELECT a.c, a.d, a.who FROM alive a JOIN stands_for s ON s.c = a.c AND s.now = a.who
            JOIN enrolment e ON e.c = s.c AND e.person = s.who
        WHERE e.enrolled_on BETWEEN date_trunc('year', a.d) AND a.d
            AND (e.withdrawn_on IS NULL OR e.withdrawn_on > a.d)
        UNION SELECT a.c, a.d, a.who FROM alive a JOIN came k ON k.c = a.c AND k.who = a.who
        WHERE k.day BETWEEN date_trunc('year', a.d) AND a.d""",
    "households": "SELECT c, d, household FROM resident WHERE household IS NOT NULL",
    "digital_teams": "SELECT c, d, team FROM team",
    "public_units": _standing(PUBLIC),
    "residential_units": _standing(RESIDENTIAL),
}
"""Who or what is in each population on the day."""

LISTS = {
    "public_sector": "membership:public_sector membership:ward_official",
    "ward_officials": "membership:ward_official",
    "ambassadors": "membership:ambassador",
    "workers": "membership:worker",
    "digital_team": "membership:digital_team",
    **dict.fromkeys(("students", *LEVELS), "membership:student"),
    "disabled": "membership:disabled",
    "poor": "membership:poor",
    **dict.fromkeys(("residents", "adults", "urban_adults", "citizens_16", "elderly"), "residence"),
    "market": "membership:trader membership:farmer residence",
    "taught": "membership:public_sector membership:ward_official membership:digital_team residence",
    "mentors": "membership:mentor mentoring",
    "learners": "enrolment",
    "households": "household",
    "digital_teams": "team",
    "public_units": "unit:co_quan unit:truong unit:tram_y_te unit:trung_tam_hcc",
    "residential_units": "unit:thon unit:to_dan_pho unit:khu_dan_cu",
}
"""Which lists give a population: while none of them ever came, nothing is known of it."""

RECORDED = """
CREATE TABLE recorded AS
SELECT DISTINCT c, 'membership:' || kind AS what FROM membership
UNION SELECT c, 'residence' FROM residence
UNION SELECT c, 'household' FROM residence WHERE household IS NOT NULL
UNION SELECT c, 'mentoring' FROM mentoring UNION SELECT c, 'enrolment' FROM enrolment
UNION SELECT c, 'attainment' FROM attainment
UNION SELECT c, 'team' FROM unit WHERE kind = 'to_cong_nghe_so' UNION SELECT c, 'unit:' || kind FROM unit
UNION SELECT c, kind FROM fact_list WHERE NOT undone UNION SELECT c, 'thing:' || what FROM thing_held;
"""

PROOFS = """
-- Proofs that count: accepted, on or before the day, not revoked by then; of the person as merged.
CREATE TABLE proof AS
SELECT DISTINCT q.c, q.d, s.now AS who, t.programme, t.level
FROM asked q JOIN attainment t USING (c) JOIN stands_for s ON s.c = t.c AND s.who = t.person
WHERE t.proof IN ('test_passed', 'test_supervised', 'task_observed')
  AND day_of(t.made_at) <= q.d AND (t.revoked_on IS NULL OR t.revoked_on > q.d);
"""


def attained(measure: str) -> str:
    """People with an accepted proof of these programmes; `+` asks for proficient, which implies basic."""
    name = measure.removesuffix("+")
    listed = ", ".join(f"'{code}'" for code in NAMED.get(name, name).split())
    level = " AND level = 'proficient'" if measure.endswith("+") else ""
    return f"SELECT c, d, who FROM proof WHERE programme IN ({listed}){level}"


def trained(programme: str, window: str) -> str:
    """People who came to every meeting of a class of the programme, reached within the window."""
    start = "date_trunc('year', q.d)" if window == "year" else "DATE '0001-01-01'"
    return f"""SELECT q.c, q.d, k.who FROM asked q JOIN (
            SELECT k.c, k.cohort, k.who, count(DISTINCT k.meeting) AS times, max(k.day) AS last
            FROM came k JOIN cohort o ON o.c = k.c AND o.key = k.cohort AND o.programme = '{programme}'
            GROUP BY ALL
        ) k USING (c) JOIN (
            SELECT c, cohort, count(*) AS all_of_them FROM meeting
            WHERE opened_at IS NOT NULL OR NOT cancelled GROUP BY ALL
        ) m ON m.c = k.c AND m.cohort = k.cohort
        WHERE k.times = m.all_of_them AND k.last BETWEEN {start} AND q.d"""


CONFIRMED = """SELECT q.c, q.d, s.now FROM asked q JOIN fact f USING (c)
    JOIN fact_list l ON l.c = f.c AND l.key = f.list AND NOT l.undone
    JOIN stands_for s ON s.c = f.c AND s.who = f.person
    WHERE f.kind = 'vneid_confirmed' AND f.day <= q.d"""
FIVE_MENTEES = "SELECT c, d, who FROM guided GROUP BY c, d, who HAVING count(DISTINCT mentee) >= 5"


def homes_with(measure: str) -> str:
    """Households of which at least one resident has attained."""
    return f"""SELECT r.c, r.d, r.household FROM resident r JOIN ({attained(measure)}) a USING (c, d, who)
        WHERE r.household IS NOT NULL"""


def teams_where_all(people: str) -> str:
    """Teams that have members, all of whom are among these people."""
    return f"""SELECT m.c, m.d, m.unit
        FROM (SELECT DISTINCT c, d, unit, who FROM member WHERE kind = 'digital_team') m
        LEFT JOIN (SELECT DISTINCT * FROM ({people}) p(c, d, who)) p ON (p.c, p.d, p.who) = (m.c, m.d, m.who)
        GROUP BY m.c, m.d, m.unit HAVING count(*) = count(p.who)"""


WINDOWS = {"year": "date_trunc('year', q.d)", "week": "date_trunc('week', q.d)"}


def units_that_held(what: str, window: str) -> str:
    """Units where at least one such thing happened since the window began; a week begins on Monday."""
    return f"""SELECT q.c, q.d, t.unit FROM asked q JOIN thing_of t USING (c, d)
        WHERE t.what = '{what}' AND t.day BETWEEN {WINDOWS[window]} AND q.d"""


def measured(measure: str) -> str | None:
    """The statement that finds who passes a measure; None where another body counts, or things are counted."""
    kind, *rest = measure.split()
    if kind in ("declared", "things", "posted"):
        return None
    if kind == "team":
        return teams_where_all(trained(*rest[1:]) if rest[0] == "trained" else attained(*rest))
    made: dict[str, Callable[..., str]] = {
        "trained": trained, "home": homes_with, "held": units_that_held,
    }  # fmt: skip
    said = {"confirmed": CONFIRMED, "five mentees": FIVE_MENTEES}
    return made[kind](*rest) if kind in made else said.get(measure) or attained(measure)


def needs(measure: str) -> str:
    """What must have been recorded before a measure can be told."""
    kind, *rest = measure.split()
    if kind == "team":
        return needs(" ".join(rest))
    named = {"trained": "enrolment", "confirmed": "vneid_confirmed", "five": "mentoring"}
    if measure == "five mentees" or kind in ("trained", "confirmed"):
        return named[kind]
    return f"thing:{rest[0]}" if kind in ("held", "things") else "attainment"
