"""The report of each of the five plans on the sample commune, against plain SQL written by hand.

The sample is that of 21/11/2026. Every figure below is counted twice: by the service's engine, and
by a statement of `plain_sql` that shares no code with it.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lms.indicators.plan_file import shipped_plans
from tests.whole import plain_sql as sql
from tests.whole.conftest import Reports
from tests.whole.plain_sql import DAY, count, union

pytestmark = pytest.mark.db


@dataclass(frozen=True)
class Checked:
    """One figure: where it stands, and the statements that count it; None is "nothing to count"."""

    plan: str
    code: str
    numerator: str | None
    population: str | None
    says: dict[str, Any] = field(default_factory=dict)
    """What else the figure says: met, needed, gap_people, rate_text, state."""
    reading: str | None = None
    """Code of another reading of the plan, where that one is checked."""


# People by the kind of their membership.
LISTED = {
    kind: sql.MEMBERS.format(f"'{kind}'")
    for kind in ("worker", "ward_official", "ambassador", "digital_team", "trader", "farmer")
}
# Pupils from primary to upper secondary school.
STUDENTS = """SELECT DISTINCT person_id AS id FROM membership
    WHERE kind = 'student' AND level IN ('primary', 'lower_secondary', 'upper_secondary')"""
# Households in which somebody lives on the day.
HOUSEHOLDS = (
    f"SELECT DISTINCT household_id AS id FROM ({sql.RESIDENTS}) WHERE household_id IS NOT NULL"
)
# Households of which at least one resident has attained any of the six group programmes.
TRAINED_HOMES = f"""SELECT DISTINCT household_id AS id FROM ({sql.RESIDENTS})
    WHERE id IN ({sql.ATTAINED.format(sql.ALL_SIX)})"""
# Digital teams that are open.
TEAMS = "SELECT id FROM unit WHERE kind = 'to_cong_nghe_so' AND closed_on IS NULL"
# Teams none of whose members is left out of the training of teams.
TRAINED_TEAMS = f"""SELECT unit_id AS id FROM membership WHERE kind = 'digital_team' GROUP BY unit_id
    HAVING min(person_id IN ({sql.TRAINED.format("'to-cong-nghe-so'")})) = 1"""
# Teams all of whose members have attained the teams' programme at proficient level.
ABLE_TEAMS = f"""SELECT unit_id AS id FROM membership WHERE kind = 'digital_team' GROUP BY unit_id
    HAVING min(person_id IN ({sql.PROFICIENT.format("'to-cong-nghe-so'")})) = 1"""
# Everybody enrolled in a class this year and not withdrawn.
LEARNERS = """SELECT DISTINCT person_id AS id FROM enrolment
    WHERE enrolled_on BETWEEN '2026-01-01' AND :day AND withdrawn_on IS NULL"""
# Ambassadors whose place is a unit of the kind 'trung_tam_hcc', the one-stop centre.
AT_THE_CENTRE = """SELECT DISTINCT m.person_id AS id FROM membership m
    JOIN unit u ON u.id = m.unit_id AND u.commune_id = m.commune_id
    WHERE m.kind = 'ambassador' AND u.kind = 'trung_tam_hcc'"""
PUBLIC_KINDS = "'co_quan', 'truong', 'tram_y_te', 'trung_tam_hcc'"
HOME_KINDS = "'thon', 'to_dan_pho', 'khu_dan_cu'"
PUBLIC_UNITS = f"SELECT id FROM unit WHERE kind IN ({PUBLIC_KINDS}) AND closed_on IS NULL"
HOME_UNITS = f"SELECT id FROM unit WHERE kind IN ({HOME_KINDS}) AND closed_on IS NULL"
# Public units in which a class began this year.
TRAINING = f"""SELECT unit_id AS id FROM ({sql.HELD}) WHERE unit_kind IN ({PUBLIC_KINDS})
    GROUP BY cohort, unit_id HAVING min(day) >= '2026-01-01'"""
# Residential units in which a class met since Monday of the week (16/11/2026).
MET_THIS_WEEK = f"""SELECT unit_id AS id FROM ({sql.HELD})
    WHERE unit_kind IN ({HOME_KINDS}) AND day >= '2026-11-16'"""
ADULTS_BASIC = count(sql.ADULTS, sql.ATTAINED.format(sql.ADULT_PROGRAMMES))
ADULTS_PROFICIENT = count(sql.ADULTS, sql.PROFICIENT.format(sql.ADULT_PROGRAMMES))
OFFICIALS_BASIC = count(sql.OFFICIALS, sql.ATTAINED.format("'can-bo'"))
OFFICIALS_PROFICIENT = count(sql.OFFICIALS, sql.PROFICIENT.format("'can-bo'"))
WORKERS_PROFICIENT = count(LISTED["worker"], sql.PROFICIENT.format("'nguoi-lao-dong'"))
PUPILS_BASIC = count(STUDENTS, sql.ATTAINED.format("'hoc-sinh'"))


def declared(what: str, column: str) -> str:
    """The newest figure of the whole commune that another body declared on or before the day."""
    return f"""SELECT {column} FROM declared_measure WHERE measure = '{what}' AND unit_id IS NULL
        AND as_of <= :day ORDER BY as_of DESC, status = 'official' DESC LIMIT 1"""


def by_hand(what: str) -> str:
    """The sum of things recorded by hand."""
    return f"SELECT sum(quantity) FROM counted_thing WHERE what = '{what}' AND occurred_on <= :day"


UNMET = {"met": False, "state": "ok"}
NO_TARGET = {"met": None, "needed": None, "state": "no_target"}
FIGURES = (
    # Officials at proficient level of their programme, of everybody in the public sector.
    Checked("thuan-an", "1", OFFICIALS_PROFICIENT, count(sql.OFFICIALS), UNMET | {"needed": 64}),
    # The same as the plan's annex reads it: at basic level.
    Checked("thuan-an", "1", OFFICIALS_BASIC, count(sql.OFFICIALS), UNMET, "contradiction-2"),
    # Pupils of the three school levels who have attained the pupils' programme.
    Checked("thuan-an", "2", PUPILS_BASIC, count(STUDENTS), UNMET),
    # Adults at proficient level by any of the five programmes for adults.
    Checked("thuan-an", "3", ADULTS_PROFICIENT, count(sql.ADULTS), UNMET),
    # The same as the annex reads it: adults at basic level.
    Checked("thuan-an", "3", ADULTS_BASIC, count(sql.ADULTS), UNMET, "contradiction-1"),
    # Smartphones, both numbers as another body declared them.
    Checked("thuan-an", "4", declared("smartphone", "numerator"),
            declared("smartphone", "denominator"), UNMET | {"rate_text": "82,9%"}),
    # Payment accounts of adults in town, declared; more than half is asked for.
    Checked("thuan-an", "5", declared("payment-account", "numerator"),
            declared("payment-account", "denominator"), {"met": True, "rate_text": "57,9%"}),
    # Workers of enterprises and cooperatives at proficient level of their own programme.
    Checked("thuan-an", "6", WORKERS_PROFICIENT, count(LISTED["worker"]), UNMET),
    # Households with at least one member who has attained.
    Checked("thuan-an", "gia-dinh-so", count(HOUSEHOLDS, TRAINED_HOMES), count(HOUSEHOLDS), UNMET),
    # Officials who have attained; this plan asks for no share.
    Checked("dien-sanh", "can-bo", OFFICIALS_BASIC, count(sql.OFFICIALS), NO_TARGET),
    # Adults who have attained any programme for adults.
    Checked("dien-sanh", "nguoi-dan", ADULTS_BASIC, count(sql.ADULTS), NO_TARGET),
    # Classes held for officials, teams and residents, each class once; those of workers and pupils are apart.
    Checked("dien-sanh", "3.1", f"""SELECT count(DISTINCT cohort) FROM ({sql.HELD})
                WHERE programme_code NOT IN ('nguoi-lao-dong', 'hoc-sinh')""",
            union(sql.OFFICIALS, LISTED["digital_team"], sql.RESIDENTS), NO_TARGET),
    # Classes held for workers.
    Checked("dien-sanh", "3.2", f"""SELECT count(DISTINCT cohort) FROM ({sql.HELD})
                WHERE programme_code = 'nguoi-lao-dong'""", count(LISTED["worker"]), NO_TARGET),
    # Digital teams all of whose members came to every session of the teams' programme.
    Checked("dien-sanh", "4.1", count(TEAMS, TRAINED_TEAMS), count(TEAMS), NO_TARGET),
    # Ambassadors posted at the one-stop centre; one is asked for.
    Checked("dien-sanh", "4.3", count(AT_THE_CENTRE), count(LISTED["ambassador"]),
            {"met": True, "needed": 1, "gap_people": 0}),
    # The digital family: every household.
    Checked("dien-sanh", "4.4", count(HOUSEHOLDS, TRAINED_HOMES), count(HOUSEHOLDS), UNMET),
    # Traders, farmers and residents who attained the market programme, each once.
    Checked("dien-sanh", "4.5", count(sql.RESIDENTS, sql.ATTAINED.format("'tieu-thuong-4t'")),
            union(sql.RESIDENTS, LISTED["trader"], LISTED["farmer"]), NO_TARGET),
    # Citizens from 16 with a digital identity: declared, but without a denominator.
    Checked("dien-sanh", "3.6", declared("digital-identity", "numerator"), None,
            {"state": "no_denominator", "rate_text": None}),
    # Adults confirmed on VNeID by a list; more than 90% are asked for.
    Checked("song-cong", "4", count(sql.ADULTS, sql.CONFIRMED), count(sql.ADULTS), UNMET),
    # Teams all of whose members are proficient.
    Checked("song-cong", "6", count(TEAMS, ABLE_TEAMS), count(TEAMS), UNMET),
    # Ward officials who came to every session on AI in administration.
    Checked("song-cong", "7a", count(LISTED["ward_official"], sql.TRAINED.format("'ai-hanh-chinh'")),
            count(LISTED["ward_official"]), UNMET),
    # Learners of this year who can use one AI tool.
    Checked("song-cong", "8", count(LEARNERS, sql.ATTAINED.format("'ai-mot-cong-cu'")), count(LEARNERS),
            UNMET | {"needed": 227, "rate_text": "0%"}),
    # The same read as a share of all residents.
    Checked("song-cong", "8", count(sql.RESIDENTS, sql.ATTAINED.format("'ai-mot-cong-cu'")),
            count(sql.RESIDENTS), UNMET, "toan-dan"),
    # Model places, counted by hand.
    Checked("song-cong", "9", by_hand("pilot-model"), None, {"met": True}),
    # Classes for elderly people, counted by hand and our own, beside everybody of full 60.
    Checked("song-cong", "lop-nguoi-cao-tuoi", f"""SELECT ({by_hand("elderly-class")})
                + (SELECT count(DISTINCT cohort) FROM ({sql.HELD})
                   WHERE programme_code = 'nguoi-cao-tuoi')""", count(sql.ELDERLY), NO_TARGET),
    # Meetings of classes in villages and neighbourhoods.
    Checked("song-cong", "buoi-hoc-cong-dong",
            f"SELECT count(*) FROM ({sql.HELD}) WHERE unit_kind IN ({HOME_KINDS})",
            count(sql.RESIDENTS), NO_TARGET),
    # Officials, adults and workers once more under Hùng Châu's numbers.
    Checked("hung-chau", "a", OFFICIALS_PROFICIENT, count(sql.OFFICIALS), UNMET),
    Checked("hung-chau", "d", count(sql.ADULTS, sql.CONFIRMED), count(sql.ADULTS), UNMET),
    Checked("hung-chau", "dd", WORKERS_PROFICIENT, count(LISTED["worker"]), UNMET | {"needed": 216}),
    # Việt Trì's annex reads adults at basic level too.
    Checked("viet-tri", "3-c", ADULTS_BASIC, count(sql.ADULTS), UNMET, "contradiction-1"),
    # Public units that held a course of their own this year.
    Checked("viet-tri", "v.1a", count(PUBLIC_UNITS, TRAINING), count(PUBLIC_UNITS), UNMET),
    # Residential units with a community class in this week.
    Checked("viet-tri", "v.4a", count(HOME_UNITS, MET_THIS_WEEK), count(HOME_UNITS), UNMET),
    # Helpers at the one-stop centre.
    Checked("viet-tri", "vi.1-ii", count(AT_THE_CENTRE), count(LISTED["ambassador"]), {"met": True}),
    # Members of digital teams who came to every session of their training.
    Checked("viet-tri", "v.5", count(LISTED["digital_team"], sql.TRAINED.format("'to-cong-nghe-so'")),
            count(LISTED["digital_team"]), UNMET),
    # Support of poor people is declared by nobody in the sample.
    Checked("viet-tri", "v.4dd", None, None, {"state": "no_data"}),
)  # fmt: skip


def figure(reports: Reports, plan: str, code: str, day: str = DAY) -> dict[str, Any]:
    """One figure of a report, by the plan's code and its own."""
    report = reports(plan, day)["report"]
    (found,) = (f for f in (*report["figures"], *report["commitments"]) if f["code"] == code)
    return dict(found)


@pytest.mark.parametrize(
    "one", FIGURES, ids=lambda f: f"{f.plan} {f.code} {f.reading or ''}".strip()
)
def test_a_figure_is_what_plain_sql_counts(
    one: Checked, reports: Reports, made_sample: Path
) -> None:
    found = figure(reports, one.plan, one.code)
    if one.reading:
        (found,) = (r for r in found["readings"] if r["reading"] == one.reading)
    database = made_sample / "lms.db"
    assert found["outcome"]["numerator"] == sql.number(database, one.numerator)
    assert found["population"]["size"] == sql.number(database, one.population)
    assert {name: found["outcome"][name] for name in one.says} == one.says


@pytest.mark.parametrize("day", ["2026-07-31", "2026-09-30", "2026-11-01"])
def test_an_earlier_day_counts_what_had_happened_by_then(
    day: str, reports: Reports, made_sample: Path
) -> None:
    """Adults, officials and households of Diên Sanh on three days of the year."""
    database = made_sample / "lms.db"
    counted = {
        "can-bo": (OFFICIALS_BASIC, count(sql.OFFICIALS)),
        "nguoi-dan": (ADULTS_BASIC, count(sql.ADULTS)),
        "4.4": (count(HOUSEHOLDS, TRAINED_HOMES), count(HOUSEHOLDS)),
    }
    for code, statements in counted.items():
        found = figure(reports, "dien-sanh", code, day)
        numbers = (found["outcome"]["numerator"], found["population"]["size"])
        assert numbers == tuple(sql.number(database, one, day) for one in statements)


def test_the_sample_has_something_to_count(reports: Reports) -> None:
    """An engine that counts nothing, and a sample in which nobody passes or fails, would agree too."""
    for code, least, most in (("can-bo", 30, 60), ("nguoi-dan", 150, 280), ("4.4", 130, 260)):
        assert least < figure(reports, "dien-sanh", code)["outcome"]["numerator"] < most, code


# --- the parts of a figure ----------------------------------------------------------------------


def test_the_rows_of_the_villages_are_what_plain_sql_counts_and_add_up(
    reports: Reports, made_sample: Path
) -> None:
    """Adults and attained adults by the unit they live in."""
    found = figure(reports, "dien-sanh", "nguoi-dan")
    statement = f"""SELECT u.name, count(*), sum(r.id IN ({sql.ATTAINED.format(sql.ADULT_PROGRAMMES)}))
        FROM ({sql.ADULTS}) r JOIN unit u ON u.id = r.unit_id GROUP BY u.id"""
    told = {(row["name"], row["population"], row["numerator"]) for row in found["by_unit"]}
    assert told == set(sql.rows(made_sample / "lms.db", statement))
    assert len(told) == 8
    assert sum(row["population"] for row in found["by_unit"]) == found["population"]["size"]
    assert sum(row["numerator"] for row in found["by_unit"]) == found["outcome"]["numerator"]


def test_households_stand_in_the_row_of_the_unit_that_keeps_them(
    reports: Reports, made_sample: Path
) -> None:
    found = figure(reports, "viet-tri", "vi.2")
    statement = f"""SELECT u.name, count(*), sum(h.id IN ({TRAINED_HOMES})) FROM household h
        JOIN unit u ON u.id = h.unit_id WHERE h.id IN ({HOUSEHOLDS}) GROUP BY u.id"""
    told = {(row["name"], row["population"], row["numerator"]) for row in found["by_unit"]}
    assert told == set(sql.rows(made_sample / "lms.db", statement))


def test_officials_by_sex_add_up(reports: Reports, made_sample: Path) -> None:
    """Officials and attained officials by sex."""
    found = figure(reports, "dien-sanh", "can-bo")
    statement = f"""SELECT p.sex, count(*), sum(p.id IN ({sql.ATTAINED.format("'can-bo'")}))
        FROM person p WHERE p.id IN ({sql.OFFICIALS}) GROUP BY p.sex"""
    told = {(row["group"], row["population"], row["numerator"]) for row in found["by_sex"]}
    assert told == set(sql.rows(made_sample / "lms.db", statement))


def test_every_rung_of_the_ladder_is_what_plain_sql_counts(
    reports: Reports, made_sample: Path
) -> None:
    """Officials who stand on a rung or any above it: each rung with all higher proofs."""
    proofs = ("self_declared", "test_passed", "test_supervised", "task_observed")
    # Who came to a session of the officials' programme on or before the day.
    came = """SELECT e.person_id FROM attendance t JOIN enrolment e ON e.id = t.enrolment_id
        JOIN cohort c ON c.id = e.cohort_id JOIN class_session s ON s.id = t.class_session_id
        WHERE t.state = 'present' AND c.programme_code = 'can-bo'
          AND date(coalesce(s.opened_at, s.planned_on), '+7 hours') <= :day"""
    # Who has a certain proof of the officials' programme at any level.
    has = "SELECT person_id FROM attainment WHERE programme_code = 'can-bo' AND proof IN ({})"
    ladder = figure(reports, "dien-sanh", "can-bo")["ladder"]
    database = made_sample / "lms.db"
    for place, rung in enumerate(proofs):
        above = has.format(", ".join(f"'{proof}'" for proof in proofs[place:]))
        statement = f"SELECT count(DISTINCT id) FROM ({sql.OFFICIALS}) WHERE id IN ({above})"
        assert ladder[rung] == sql.number(database, statement), rung
    everybody = has.format(", ".join(f"'{proof}'" for proof in proofs))
    statement = f"""SELECT count(DISTINCT id) FROM ({sql.OFFICIALS})
        WHERE id IN ({came}) OR id IN ({everybody})"""
    assert ladder["attended"] == sql.number(database, statement)
    assert (
        ladder["attended"]
        > ladder["learned"]
        > ladder["test_supervised"]
        > ladder["task_observed"]
        > 0
    )


def test_outside_facts_stand_beside_the_ladder(reports: Reports, made_sample: Path) -> None:
    """Officials who are named on a VNeID list, counted or not."""
    outside = figure(reports, "dien-sanh", "can-bo")["outside"]
    assert outside["vneid_confirmed"] == sql.number(
        made_sample / "lms.db", count(sql.OFFICIALS, sql.CONFIRMED)
    )
    assert outside["external_certificate"] == outside["prior_record"] == 0


def test_bare_birth_years_are_told(reports: Reports, made_sample: Path) -> None:
    """Adults of whom only the year of birth is known."""
    births = figure(reports, "dien-sanh", "nguoi-dan")["population"]["births"]
    statement = f"""SELECT count(*) FROM person
        WHERE birth_date IS NULL AND id IN (SELECT id FROM ({sql.ADULTS}))"""
    assert births["year_only"] == sql.number(made_sample / "lms.db", statement)


def test_no_person_is_named_in_an_export(reports: Reports, made_sample: Path) -> None:
    names = sql.rows(made_sample / "lms.db", "SELECT DISTINCT full_name FROM person")
    for plan in shipped_plans():
        text = str(reports(plan, DAY))
        assert [name for (name,) in names if name in text] == []
