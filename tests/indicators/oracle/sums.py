"""The second half of the statements: things counted, declared figures, sizes and shares."""

from tests.indicators.oracle import statements as sql

CLASSES = {
    "class-held": "'can-bo', 'to-cong-nghe-so', 'nguoi-dan', 'nguoi-cao-tuoi', 'tieu-thuong-4t', "
    "'ai-mot-cong-cu', 'ai-hanh-chinh'",
    "worker-class-held": "'nguoi-lao-dong'",
    "elderly-class": "'nguoi-cao-tuoi'",
}
"""Classes that count once, on the day of their first meeting, by their programme."""


def _classes(what: str) -> str:
    return f"""UNION ALL SELECT h.c, '{what}', min(h.day), 1, o.unit
        FROM held h JOIN cohort o ON o.c = h.c AND o.key = h.cohort
        WHERE o.programme IN ({CLASSES[what]}) GROUP BY h.c, o.key, o.unit"""


THINGS = f"""
-- Things counted by hand, and our own classes: a class once, a meeting in a village each time.
CREATE TABLE thing_held AS
SELECT c, what, day, quantity, unit FROM thing WHERE NOT undone
{" ".join(map(_classes, CLASSES))}
UNION ALL SELECT h.c, 'training-course', min(h.day), 1, o.unit FROM held h
    JOIN cohort o ON o.c = h.c AND o.key = h.cohort JOIN unit u ON u.c = o.c AND u.key = o.unit
    WHERE u.kind IN ({sql.PUBLIC}) GROUP BY h.c, o.key, o.unit
UNION ALL SELECT h.c, 'community-class', h.day, 1, o.unit FROM held h
    JOIN cohort o ON o.c = h.c AND o.key = h.cohort JOIN unit u ON u.c = o.c AND u.key = o.unit
    WHERE u.kind IN ({sql.RESIDENTIAL});
CREATE TABLE thing_of AS
SELECT q.c, q.d, t.what, t.day, t.quantity, o.now AS unit FROM asked q JOIN thing_held t USING (c)
LEFT JOIN unit_of o ON o.c = q.c AND o.d = q.d AND o.unit = t.unit WHERE t.day <= q.d;
-- Members of whatever group who are posted at the one-stop centre.
CREATE TABLE posted AS SELECT DISTINCT m.c, m.d, m.who FROM member m
JOIN unit u ON u.c = m.c AND u.key = m.unit AND u.kind = 'trung_tam_hcc';
"""
OF_THING = (
    "SELECT unit, sum(quantity) FROM thing_of WHERE c = ? AND d = ? AND what = ? GROUP BY unit"
)

URBAN = "'population urban_adults', 'measure payment-account'"
"""Figures of which only urban places are asked."""

DECLARED = f"""
CREATE TABLE said AS
SELECT c, 'population ' || population AS p, key, NULL::INTEGER AS n, value AS whole, as_of, official, unit
FROM declared_population WHERE NOT undone
UNION ALL SELECT c, 'measure ' || what, key, n, whole, as_of, official, unit FROM declared_measure
WHERE NOT undone;
-- All that had become part of a unit by a day, the unit itself too, whatever became of it later.
CREATE TABLE covers AS
WITH RECURSIVE down(c, key, as_of, place) AS (
    SELECT DISTINCT c, key, as_of, unit FROM said WHERE unit IS NOT NULL
    UNION SELECT down.c, down.key, down.as_of, m.unit FROM down JOIN unit_change m ON m.c = down.c
      AND m.into_unit = down.place AND NOT m.undone AND m.happened_on <= down.as_of
)
SELECT c, key, list(place) AS places FROM down GROUP BY ALL;
-- The newest first; every place is counted once.
CREATE TABLE ranked AS
SELECT q.d, s.*, v.places, row_number() OVER (PARTITION BY q.c, q.d, s.p
    ORDER BY s.as_of DESC, s.official DESC, len(v.places) DESC, s.key DESC) AS k
FROM asked q JOIN said s USING (c) JOIN covers v ON v.c = s.c AND v.key = s.key WHERE s.as_of <= q.d;
CREATE TABLE part AS
WITH RECURSIVE walk(c, d, p, k, taken, is_in) AS (
    SELECT c, d, p, k, places, true FROM ranked WHERE k = 1
    UNION ALL SELECT r.c, r.d, r.p, r.k,
        CASE WHEN list_has_any(w.taken, r.places) THEN w.taken ELSE list_concat(w.taken, r.places) END,
        NOT list_has_any(w.taken, r.places)
    FROM walk w JOIN ranked r ON (r.c, r.d, r.p) = (w.c, w.d, w.p) AND r.k = w.k + 1
)
SELECT r.* FROM walk w JOIN ranked r USING (c, d, p, k) WHERE w.is_in;
CREATE TABLE summed AS
SELECT c, d, p, min(as_of) AS as_of, CASE WHEN count(n) = count(*) THEN sum(n) END AS n,
    CASE WHEN count(whole) = count(*) THEN sum(whole) END AS whole FROM part GROUP BY ALL;
-- A sum lacks a unit of the sort of its parts that stands on the day, when of any place that had become part
-- of it by then nobody spoke. Places people live in are one sort, public bodies another; pupils are asked of
-- schools alone.
CREATE TABLE sort_of AS
SELECT u.c, f.p, u.key AS unit, u.opened_on, u.closed_on, u.urban OR f.p NOT IN ({URBAN}) AS is_asked,
    CASE WHEN u.kind IN ({sql.RESIDENTIAL}) THEN 'home'
        WHEN u.kind IN ({sql.PUBLIC}) AND f.p NOT LIKE 'population students%' THEN 'public'
        WHEN u.kind IN ('doanh_nghiep', 'hop_tac_xa') THEN 'enterprise'
        ELSE u.kind END AS sort
FROM unit u JOIN (SELECT DISTINCT c, p FROM said) f USING (c) WHERE u.kind <> 'to_cong_nghe_so';
CREATE TABLE spoken AS SELECT DISTINCT c, d, p, unnest(places) AS place FROM part;
CREATE TABLE lacking AS
SELECT DISTINCT r.c, r.d, r.p FROM part r JOIN sort_of w ON (w.c, w.p, w.unit) = (r.c, r.p, r.unit)
JOIN sort_of s ON (s.c, s.p, s.sort) = (r.c, r.p, w.sort) AND (s.is_asked OR s.sort <> 'home')
    AND (s.opened_on IS NULL OR s.opened_on <= r.d) AND (s.closed_on IS NULL OR s.closed_on > r.d)
JOIN unit_of o ON (o.c, o.d, o.now) = (r.c, r.d, s.unit)
WHERE NOT EXISTS (SELECT 1 FROM spoken k WHERE (k.c, k.d, k.p, k.place) = (r.c, r.d, r.p, o.unit));
CREATE TABLE of_commune AS
SELECT q.c, q.d, s.p, s.as_of, s.n, s.whole FROM asked q JOIN said s USING (c)
WHERE s.unit IS NULL AND s.as_of <= q.d
QUALIFY row_number() OVER (PARTITION BY q.c, q.d, s.p ORDER BY s.as_of DESC, s.official DESC, s.key DESC) = 1;
-- A figure of the commune wins over a sum that is not newer, and over one that lacks a unit.
CREATE TABLE holds AS
SELECT c, d, p, CASE WHEN wins THEN n ELSE sum_n END AS n,
    CASE WHEN wins THEN whole ELSE sum_whole END AS whole, NOT wins AS by_unit, NOT wins AND lacks AS lacks
FROM (SELECT c, d, p, x.n, x.whole, y.n AS sum_n, y.whole AS sum_whole, l.c IS NOT NULL AS lacks,
        x.as_of IS NOT NULL AND (y.as_of IS NULL OR l.c IS NOT NULL OR x.as_of >= y.as_of) AS wins
      FROM of_commune x FULL JOIN summed y USING (c, d, p) LEFT JOIN lacking l USING (c, d, p));
CREATE TABLE holds_unit AS
SELECT r.c, r.d, r.p, o.now AS unit, CASE WHEN count(r.n) = count(*) THEN sum(r.n) END AS n,
    CASE WHEN count(r.whole) = count(*) THEN sum(r.whole) END AS whole
FROM part r JOIN holds h ON (h.c, h.d, h.p) = (r.c, r.d, r.p) AND h.by_unit
JOIN unit_of o ON o.c = r.c AND o.d = r.d AND o.unit = r.unit GROUP BY ALL;
"""

SIZES = """
-- The declared size of a population; school levels may be declared one by one, unions never are summed, and
-- a sum that lacks a unit is no size.
CREATE TABLE declared_size AS
SELECT q.c, q.d, k.p, true AS is_whole, h.whole FROM asked q JOIN key_of k ON true
JOIN holds h ON h.c = q.c AND h.d = q.d AND h.p = 'population ' || k.key AND NOT h.lacks
UNION ALL SELECT h.c, h.d, l.p, false, CASE WHEN count(h.whole) = count(*) THEN sum(h.whole) END
FROM level_of l JOIN holds h ON h.p = 'population students(' || l.level || ')' AND NOT h.lacks
WHERE NOT EXISTS (SELECT 1 FROM holds w JOIN key_of k ON k.p = l.p
    WHERE w.c = h.c AND w.d = h.d AND w.p = 'population ' || k.key AND NOT w.lacks)
GROUP BY h.c, h.d, l.p HAVING count(*) = (SELECT count(*) FROM level_of a WHERE a.p = l.p);
-- What is counted in the register, what is declared, and which of them the figures are taken of.
CREATE TABLE size AS
SELECT q.c, q.d, k.p, r.n AS register,
    w.choice IS DISTINCT FROM 'register' AND NOT k.of_units AND z.c IS NOT NULL AS declared, z.is_whole,
    CASE WHEN w.choice IS DISTINCT FROM 'register' AND NOT k.of_units AND z.c IS NOT NULL THEN z.whole
        WHEN w.choice = 'declared' THEN NULL ELSE r.n END AS n
FROM asked q JOIN key_of k ON true
LEFT JOIN (SELECT g.c, a.d, g.p, (SELECT count(*) FROM pop x WHERE x.c = g.c AND x.d = a.d AND x.p = g.p) AS n
           FROM listed g JOIN asked a USING (c)) r ON r.c = q.c AND r.d = q.d AND r.p = k.p
LEFT JOIN declared_size z ON z.c = q.c AND z.d = q.d AND z.p = k.p
LEFT JOIN chosen w ON w.c = q.c AND w.key = k.key;
"""

PLACES = """
-- Where each subject stands: in a unit, and a person in a sex and an age band too.
CREATE TABLE place AS
SELECT a.c, a.d, 'person' AS subject, a.who, h.unit, a.sex, CASE WHEN a.born IS NULL THEN 'unknown'
    WHEN full_on(a.born, 60) <= a.d THEN '60+' WHEN full_on(a.born, 45) <= a.d THEN '45-59'
    WHEN full_on(a.born, 30) <= a.d THEN '30-44' WHEN full_on(a.born, 18) <= a.d THEN '18-29'
    WHEN full_on(a.born, 16) <= a.d THEN '16-17' ELSE '0-15' END AS band
FROM alive a LEFT JOIN home h USING (c, d, who)
UNION ALL SELECT q.c, q.d, 'household', k.key, o.now, NULL, NULL FROM asked q JOIN household k USING (c)
    LEFT JOIN unit_of o ON o.c = q.c AND o.d = q.d AND o.unit = k.unit
UNION ALL SELECT c, d, 'team', team, unit, NULL, NULL FROM team
UNION ALL SELECT c, d, 'unit', unit, unit, NULL, NULL FROM unit_of WHERE unit = now;
"""
SHARES = """
SELECT x.c, x.d, j.subject, x.p, j.m, grouping(a.unit), grouping(a.sex), grouping(a.band),
    a.unit, a.sex, a.band, count(*), count(h.who)
FROM pop x JOIN pair j USING (p)
LEFT JOIN has h ON (h.c, h.d, h.m, h.who) = (x.c, x.d, j.m, x.who)
LEFT JOIN place a ON (a.c, a.d, a.subject, a.who) = (x.c, x.d, j.subject, x.who)
GROUP BY GROUPING SETS ((x.c, x.d, j.subject, x.p, j.m), (x.c, x.d, j.subject, x.p, j.m, a.unit),
    (x.c, x.d, j.subject, x.p, j.m, a.sex), (x.c, x.d, j.subject, x.p, j.m, a.band))
"""
POSTED = """SELECT a.c, a.d, 'all', h.unit, count(*) FROM pop a JOIN posted w USING (c, d, who)
LEFT JOIN home h USING (c, d, who) WHERE a.p = 'ambassadors' GROUP BY ALL"""
