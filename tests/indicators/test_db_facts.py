"""From tables to figures: the worked cases through the real database, on both engines."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from assessments.models import LessonProgress
from courses import queries as courses
from lms.core.db import Database
from lms.core.guard import system
from lms.core.ids import uuid7
from lms.indicators import actions, queries
from lms.indicators.bare import full_id
from lms.indicators.class_facts import participations
from lms.indicators.facts_loader import load_facts
from lms.indicators.rules.figure import Figure, State
from lms.people.models import Household, Unit
from tests.cast import Cast
from tests.indicators.commune import Village

pytestmark = pytest.mark.db

END_2025 = date(2025, 12, 31)
NOV_2026 = date(2026, 11, 21)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


@pytest.fixture
def village(session: Session, cast: Cast) -> Village:
    who = system(cast["TBT"])
    for code in ("thuan-an", "viet-tri", "song-cong", "dien-sanh"):
        actions.adopt_shipped(session, who, code)
    return Village(session, cast)


def figures(village: Village, plan: str, as_of: date) -> dict[str, Figure]:
    """The figures of a plan by indicator code."""
    village.session.expire_all()
    report = queries.report(village.session, village.commune, plan, as_of.year, as_of)
    return {figure.code: figure for figure in report.figures}


def figure(village: Village, plan: str, no: str, as_of: date) -> Figure:
    return figures(village, plan, as_of)[no]


def people(found: Figure) -> set[str]:
    return {str(full_id(key)) for key in found.people}


def missing(found: Figure) -> set[str]:
    return {str(full_id(key)) for key in found.missing or ()}


def everybody(found: Figure) -> set[str]:
    return people(found) | missing(found)


def test_somebody_born_on_31_12_2007_is_an_adult_on_31_12_2025_and_not_the_day_before(
    village: Village,
) -> None:
    an = village.person("Lê An", date(2007, 12, 31))
    village.home(an)
    village.attained(an, date(2025, 6, 1))
    assert str(an) in people(figure(village, "thuan-an", "3", END_2025))
    assert str(an) not in everybody(figure(village, "thuan-an", "3", date(2025, 12, 30)))


def test_a_year_only_birth_is_never_early_and_the_figure_says_for_how_many(
    village: Village,
) -> None:
    only_year = village.person("Trần Bình", year=2007)
    village.home(only_year)
    village.attained(village.cast["lan"], date(2025, 6, 1))
    found = figure(village, "thuan-an", "3", date(2025, 12, 30))
    assert str(only_year) not in everybody(found)
    assert found.population.births is not None
    assert found.population.births.waiting == 1
    assert str(only_year) in everybody(figure(village, "thuan-an", "3", END_2025))


def test_who_moved_out_on_1_11_is_in_no_residence_population_on_31_12_and_still_an_official(
    village: Village,
) -> None:
    moved = village.person("Phạm Cúc", date(1980, 5, 5))
    village.home(moved, ends=date(2025, 11, 1))
    village.member(moved, "public_sector", "uy_ban")
    village.attained(moved, date(2025, 6, 1), "can-bo")
    found = figures(village, "thuan-an", END_2025)
    assert str(moved) in people(found["1"])
    assert str(moved) not in everybody(found["3"])
    assert str(moved) in people(figure(village, "thuan-an", "3", date(2025, 10, 31)))


def test_an_official_who_lives_elsewhere_is_in_officials_and_not_in_adults(
    village: Village,
) -> None:
    guest = village.person("Hồ Dũng", date(1979, 2, 1))
    village.member(guest, "public_sector", "uy_ban")
    village.attained(guest, date(2025, 6, 1), "can-bo")
    found = figures(village, "thuan-an", END_2025)
    assert str(guest) in people(found["1"])
    assert str(guest) not in everybody(found["3"])


def test_an_official_living_here_counts_in_officials_and_in_adults(village: Village) -> None:
    mai = village.cast["mai"]
    village.attained(mai, date(2025, 6, 1), "can-bo")
    found = figures(village, "thuan-an", END_2025)
    assert str(mai) in people(found["1"])
    assert str(mai) in people(found["3"])


def test_proficient_implies_basic_of_the_same_programme(village: Village) -> None:
    village.attained(village.cast["lan"], date(2025, 6, 1), level="proficient")
    village.attained(village.cast["hung"], date(2025, 6, 1), level="basic")
    basic = figure(village, "thuan-an", "3", END_2025)
    assert people(basic) == {str(village.cast["lan"]), str(village.cast["hung"])}
    proficient = figure(village, "thuan-an", "3", NOV_2026)
    assert people(proficient) == {str(village.cast["lan"])}


def test_two_records_of_one_person_are_counted_once_and_the_survivor_keeps_the_result(
    village: Village,
) -> None:
    before = figure(village, "thuan-an", "3", END_2025).population.size
    twice = village.person("Nguyễn Thị Lan", date(1958, 3, 2))
    village.home(twice, "thon_tay")
    village.attained(twice, date(2025, 6, 1))
    village.same(twice, village.cast["lan"])
    found = figure(village, "thuan-an", "3", END_2025)
    assert found.population.size == before
    assert people(found) == {str(village.cast["lan"])}


def test_a_merge_that_was_undone_leaves_two_people(village: Village) -> None:
    before = figure(village, "thuan-an", "3", END_2025).population.size or 0
    other = village.person("Nguyễn Thị Lan", date(1958, 3, 2))
    village.home(other)
    village.same(other, village.cast["lan"], undone=datetime(2026, 1, 1, tzinfo=UTC))
    assert figure(village, "thuan-an", "3", END_2025).population.size == before + 1


def test_a_revoked_result_stops_counting_from_its_day_and_stays_visible_before(
    village: Village,
) -> None:
    made = village.attained(village.cast["lan"], date(2025, 6, 1))
    village.attained(village.cast["hung"], date(2025, 6, 1))
    village.revoked(made, date(2025, 9, 1))
    assert str(village.cast["lan"]) in people(figure(village, "thuan-an", "3", date(2025, 8, 31)))
    assert str(village.cast["lan"]) in missing(figure(village, "thuan-an", "3", date(2025, 9, 1)))


def test_a_class_opened_at_half_past_eleven_on_new_years_eve_is_of_the_old_year(
    village: Village,
) -> None:
    late = village.cohort("L1", "nguoi-cao-tuoi")
    village.meeting(late, 1, datetime(2025, 12, 31, 16, 30, tzinfo=UTC))
    early = village.cohort("L2", "nguoi-cao-tuoi")
    village.meeting(early, 1, datetime(2025, 12, 31, 17, 30, tzinfo=UTC))
    days = {
        count.day for count in load_facts(village.session, village.commune).counts
        if count.what == "elderly-class"
    }  # fmt: skip
    assert days == {date(2025, 12, 31), date(2026, 1, 1)}


def test_a_class_counts_once_and_a_planned_session_that_was_never_held_does_not(
    village: Village,
) -> None:
    held = village.cohort("L1", "nguoi-cao-tuoi")
    village.meeting(held, 1, datetime(2026, 9, 1, 1, tzinfo=UTC))
    village.meeting(held, 2, datetime(2026, 9, 2, 1, tzinfo=UTC))
    village.meeting(village.cohort("L2", "nguoi-cao-tuoi"), 1, None)
    assert figure(village, "viet-tri", "v.4c", NOV_2026).outcome.numerator == 1


def test_weekly_classes_of_a_village_are_counted_by_session_and_only_in_their_week(
    village: Village,
) -> None:
    found = figure(village, "viet-tri", "v.4a", NOV_2026)
    assert {row.name: row.numerator for row in found.by_unit} == {"Thôn Đông": 1, "Thôn Tây": 0}
    earlier = figure(village, "viet-tri", "v.4a", date(2026, 11, 15))
    assert earlier.outcome.numerator == 0


def test_trained_asks_for_the_share_of_sessions_and_absence_does_not_count(
    village: Village,
) -> None:
    village.member(village.cast["lan"], "digital_team", "thon_dong")
    village.member(village.cast["hung"], "digital_team", "thon_dong")
    cohort = village.cohort("TO", "to-cong-nghe-so")
    enrolments = [
        village._add(_enrolment(village, cohort, village.cast[name])) for name in ("lan", "hung")
    ]
    for number in (1, 2):
        meeting = village.meeting(cohort, number, datetime(2026, 9, number, 1, tzinfo=UTC))
        village.present(meeting, enrolments[0])
        village.present(meeting, enrolments[1], "present" if number == 1 else "absent")
    found = figure(village, "viet-tri", "v.5", NOV_2026)
    assert people(found) == {str(village.cast["lan"])}
    assert found.ladder["attended"] == 2


def _enrolment(village: Village, cohort: object, person: object) -> object:
    from lms.cohorts.models import Enrolment
    from lms.core.ids import uuid7

    return Enrolment(
        id=uuid7(), commune_id=village.commune, cohort_id=cohort, person_id=person,
        picture=str(person)[-12:], colour="teal", pin_hmac="x", pin_sealed="x",
        enrolled_on=date(2026, 9, 1),
    )  # fmt: skip


def test_a_household_has_it_when_one_member_has_it(village: Village) -> None:
    empty = Household(commune_id=village.commune, code="H2", unit_id=village.cast["thon_tay"])
    village._add(empty)
    village.home(village.person("Đỗ Em", date(1990, 1, 1)), "thon_tay", household=empty.id)
    village.attained(village.cast["lan"], date(2026, 6, 1))
    found = figure(village, "viet-tri", "vi.2", NOV_2026)
    assert (found.outcome.numerator, found.population.size) == (1, 2)
    assert people(found) == {str(village.cast["nha_lan"])}


def test_a_team_has_it_when_all_its_members_have_it(village: Village) -> None:
    team = Unit(commune_id=village.commune, code="to1", name="Tổ 1", kind="to_cong_nghe_so")
    village.cast.ids["to1"] = village._add(team)
    for name in ("lan", "hung"):
        village.member(village.cast[name], "digital_team", "to1")
    programme = ("to-cong-nghe-so", "proficient")
    village.attained(village.cast["lan"], date(2026, 6, 1), *programme)
    assert figure(village, "song-cong", "6", NOV_2026).outcome.numerator == 0
    village.attained(village.cast["hung"], date(2026, 6, 2), *programme)
    found = figure(village, "song-cong", "6", NOV_2026)
    assert (found.outcome.numerator, found.population.size) == (1, 1)
    members = found.readings[0]
    assert (members.outcome.numerator, members.population.size) == (2, 2)


def test_a_mentor_needs_five_people_and_a_helper_must_be_posted_at_the_one_stop_centre(
    village: Village,
) -> None:
    centre = Unit(commune_id=village.commune, code="hcc", name="HCC", kind="trung_tam_hcc")
    village.cast.ids["hcc"] = village._add(centre)
    guide = village.cast["mai"]
    village.member(guide, "ambassador", "hcc")
    village.member(guide, "mentor")
    for number in range(5):
        village.guides(guide, village.person(f"Học Trò {number}"), date(2026, 10, 1))
    found = figures(village, "viet-tri", NOV_2026)
    assert people(found["vi.1-i"]) == {str(guide)}
    assert found["vi.1-ii"].outcome.numerator == 1


def test_nothing_recorded_is_said_and_is_neither_0_nor_100(village: Village) -> None:
    found = figures(village, "viet-tri", NOV_2026)
    assert found["3-c"].outcome.state is State.NO_DATA
    assert found["3-c"].outcome.rate_text is None
    assert found["vi.1-i"].outcome.state is State.NO_DATA


def test_the_figures_of_a_foreign_commune_are_never_counted(village: Village) -> None:
    facts = load_facts(village.session, village.commune)
    foreign = {village.cast[f"xa_{name}"].hex for name in ("lan", "hung", "mai", "minh")}
    assert foreign.isdisjoint({row.key for row in facts.persons})
    assert len(facts.persons) == 4
    assert len(facts.units) == 5


def test_ids_are_32_digits_on_both_databases(village: Village) -> None:
    village.attained(village.cast["lan"], date(2026, 6, 1))
    facts = load_facts(village.session, village.commune)
    assert {row.key for row in facts.persons} >= {village.cast["lan"].hex}
    assert facts.attainments[0].person == village.cast["lan"].hex
    assert facts.attainments[0].occurred_on == date(2026, 6, 1)
    assert facts.household_units == {village.cast["nha_lan"].hex: village.cast["thon_dong"].hex}


ADULTS = """
    SELECT count(*) FROM person p WHERE p.commune_id = :commune
      AND (p.birth_date <= '2008-11-21' OR (p.birth_date IS NULL AND p.birth_year <= 2007))
      AND EXISTS (SELECT 1 FROM residence r WHERE r.commune_id = p.commune_id
        AND r.person_id = p.id AND (r.from_date IS NULL OR r.from_date <= '2026-11-21')
        AND (r.to_date IS NULL OR r.to_date > '2026-11-21'))"""
DONE = """
      AND EXISTS (SELECT 1 FROM attainment a
        LEFT JOIN attainment_revocation v
          ON v.commune_id = a.commune_id AND v.attainment_id = a.id
        WHERE a.commune_id = p.commune_id AND a.person_id = p.id AND a.level = 'proficient'
        AND a.proof <> 'self_declared' AND a.occurred_on <= '2026-11-21'
        AND a.programme_code <> 'hoc-sinh'
        AND (v.revoked_on IS NULL OR v.revoked_on > '2026-11-21'))"""
WORKERS = """
    SELECT count(DISTINCT p.id) FROM person p JOIN membership m ON m.commune_id = p.commune_id
      AND m.person_id = p.id AND m.kind = 'worker' AND (m.to_date IS NULL OR m.to_date > '2026-11-21')
      WHERE p.commune_id = :commune"""


def test_the_figures_of_a_small_commune_equal_plain_sql(village: Village) -> None:
    _fill(village)
    found = figures(village, "viet-tri", NOV_2026)

    def count(query: str) -> int:
        hexed = village.session.get_bind().dialect.name == "sqlite"
        commune = village.commune.hex if hexed else village.commune
        return int(village.session.execute(text(query), {"commune": commune}).scalar_one())

    adults, workers = found["3-c"], found["5-e"]
    assert adults.population.size == count(ADULTS) > 20
    assert adults.outcome.numerator == count(ADULTS + DONE) > 3
    assert workers.population.size == count(WORKERS) > 5
    assert workers.outcome.numerator == count(
        WORKERS + DONE.replace("<> 'hoc-sinh'", "= 'nguoi-lao-dong'")
    )
    assert sum(row.population or 0 for row in adults.by_unit) == adults.population.size
    assert sum(row.numerator for row in adults.by_unit) == adults.outcome.numerator


def _fill(village: Village) -> None:
    """Sixty people in a mix of homes, ages, groups, results and revocations."""
    programmes = ("nguoi-dan", "nguoi-lao-dong", "hoc-sinh", "can-bo")
    for n in range(60):
        born = None if n % 7 == 0 else date(1950 + n, 1 + n % 12, 1 + n % 28)
        who = village.person(f"Người Thứ {n}", born, 1950 + n)
        if n % 5:
            moved = date(2026, 11, 21) if n % 11 == 0 else None
            village.home(who, ("thon_dong", "thon_tay")[n % 2], None, moved)
        if n % 3 == 0:
            village.member(
                who, "worker", "xi_nghiep", ends=date(2026, 1, 1) if n % 9 == 0 else None
            )
        if n % 2:
            level = ("basic", "proficient")[n % 3 == 0 or n % 5 == 0]
            proof = "self_declared" if n % 13 == 0 else "test_passed"
            made = village.attained(
                who, date(2026, 1 + n % 12, 20), programmes[n % 4], level, proof
            )
            if n % 15 == 0:
                village.revoked(made, date(2026, 11, 21))


def _finish(session: Session, cast: Cast, lessons: list[str]) -> None:
    """Lan finishes these lessons, one a day from 01/11/2026."""
    for day, lesson in enumerate(lessons, 1):
        at = datetime(2026, 11, day, 3, tzinfo=UTC)
        row = LessonProgress(
            commune_id=cast["TBT"], id=uuid7(), enrolment_id=cast["hv_lan"], lesson=lesson,
            screens_seen=1, last_at=at, finished_at=at,
        )  # fmt: skip
        session.add(row)
    session.flush()


def _learned_on(session: Session, cast: Cast) -> set[date]:
    return {one.learned_on for one in participations(session, cast["TBT"]) if one.learned_on}


def test_only_lessons_of_the_programme_make_somebody_learned(session: Session, cast: Cast) -> None:
    own = [lesson.code for lesson in courses.version(session, cast["version"]).lessons]
    assert len(own) == 3
    _finish(session, cast, ["x1", "x2", "x3"])
    assert _learned_on(session, cast) == set()


def test_learned_is_the_day_of_the_last_lesson_of_the_programme(
    session: Session, cast: Cast
) -> None:
    own = [lesson.code for lesson in courses.version(session, cast["version"]).lessons]
    assert len(own) == 3
    _finish(session, cast, [*own, "x1"])
    assert _learned_on(session, cast) == {date(2026, 11, 3)}
