"""Commendation by pure rules: thresholds, ties, who is near, what a result must be, files read back."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from lms.core.errors import Invalid
from lms.indicators.rules import facts as f
from lms.reports.commend_measuring import World
from lms.reports.commend_reading import criteria_of, data_of, from_yaml, yaml_of
from lms.reports.commend_ready import ready_made
from lms.reports.commend_rules import (
    Condition,
    Criteria,
    Kind,
    Measured,
    Span,
    Subject,
    changes,
    in_order,
    is_child,
    judge,
    of_share,
)
from lms.reports.commend_words import condition_text, rate_of, short_line

pytestmark = pytest.mark.pure

STARTS, ENDS, TODAY = date(2026, 1, 1), date(2026, 6, 30), date(2026, 11, 22)


def criteria(
    *conditions: Condition, subject: Subject = Subject.PERSON, group: str = ""
) -> Criteria:
    return Criteria("Thử", subject, STARTS, ENDS, conditions, group)


def found(asked: Criteria, facts: f.Facts) -> dict[f.Key, Measured]:
    return World.of(facts, asked, TODAY, True).measured(asked.conditions[0])


def passed(asked: Criteria, facts: f.Facts) -> set[f.Key]:
    world = World.of(facts, asked, TODAY, True)
    figures = [world.measured(one) for one in asked.conditions]
    return set(judge(asked.subject, world.subjects, figures).passed)


def proof(
    who: str, on: date, kind: str = "test_passed", level: str = "basic", **more: Any
) -> f.Attainment:
    return f.Attainment(f"{who}-{on}-{kind}-{level}", who, more.pop("programme", "nguoi-dan"), level,
                        kind, on, **more)  # fmt: skip


def people(*names: str, **more: Any) -> f.Facts:
    """Grown-ups of one village, each in a household of two."""
    return f.Facts(
        persons=[f.Person(name, date(1980, 1, 1)) for name in names],
        residences=[
            f.Residence(name, "thon", f"ho{place // 2}") for place, name in enumerate(names)
        ],
        units=[f.Unit("thon", "Thôn Đông", "thon")],
        **more,
    )


# --- what a result must be ----------------------------------------------------------------------


RESULTS: list[tuple[str, f.Attainment, dict[str, Any], bool]] = [
    ("on the first day", proof("a", STARTS), {}, True),
    ("on the last day", proof("a", ENDS), {}, True),
    ("the day after", proof("a", date(2026, 7, 1)), {}, False),
    ("before the period", proof("a", date(2025, 12, 31)), {}, False),
    ("before, where before counts", proof("a", date(2025, 12, 31)), {"span": Span.BY_END}, True),
    ("a word about oneself", proof("a", STARTS, "self_declared"), {}, False),
    ("a lower proof", proof("a", STARTS), {"proof": "test_supervised"}, False),
    ("a higher proof", proof("a", STARTS, "task_observed"), {"proof": "test_supervised"}, True),
    ("a lower level", proof("a", STARTS), {"level": "proficient"}, False),
    ("proficient is basic too", proof("a", STARTS, level="proficient"), {}, True),
    ("another programme", proof("a", STARTS), {"programmes": ("can-bo",)}, False),
    ("one of the programmes", proof("a", STARTS), {"programmes": ("can-bo", "nguoi-dan")}, True),
    ("revoked in the period", proof("a", STARTS, revoked_on=date(2026, 3, 1)), {}, False),
    ("revoked since", proof("a", STARTS, revoked_on=date(2026, 9, 1)), {}, False),
]


@pytest.mark.parametrize(("words", "row", "asked", "wanted"), RESULTS, ids=[r[0] for r in RESULTS])
def test_which_results_count(
    words: str, row: f.Attainment, asked: dict[str, Any], wanted: bool
) -> None:
    one = criteria(Condition(Kind.ATTAINED, **asked))
    assert (passed(one, people("a", "b", attainments=[row])) == {"a"}) is wanted, words


def test_the_dead_and_those_who_moved_away_are_in_no_list_and_merged_records_are_one_person() -> (
    None
):
    facts = people("a", "b", "c", "d", attainments=[proof(who, STARTS) for who in "abcd"])
    persons = [
        row._replace(died_on=date(2026, 6, 30)) if row.key == "b" else row for row in facts.persons
    ]
    homes = [
        row._replace(ends=date(2026, 3, 1)) if row.person == "c" else row
        for row in facts.residences
    ]
    facts = f.Facts(persons=persons, residences=homes, units=facts.units, attainments=facts.attainments,
                    merges=[f.Merge("d", "a")])  # fmt: skip
    assert passed(criteria(Condition(Kind.ATTAINED)), facts) == {"a"}


def test_a_mentee_counts_once_and_only_when_proven_as_a_pair_within_the_period() -> None:
    pairs = [f.Mentoring("a", who, STARTS) for who in "bcd"]
    pairs += [f.Mentoring("a", "b", date(2026, 2, 1)), f.Mentoring("a", "e", date(2026, 5, 1))]
    rows = [proof("b", date(2026, 3, 1)), proof("c", date(2026, 7, 1)), proof("e", date(2026, 2, 1)),
            proof("d", date(2026, 3, 1), "self_declared")]  # fmt: skip
    facts = people(*"abcde", attainments=rows, mentorings=pairs)
    one = Condition(Kind.MENTEES, Fraction(1))
    assert found(criteria(one), facts)["a"].value == 1
    merged = f.Facts(**{name: getattr(facts, name) for name in facts.__slots__} | {
        "merges": [f.Merge("d", "b")]
    })  # fmt: skip
    assert found(criteria(one), merged)["a"].value == 1


def test_attendance_alone_makes_no_list_and_a_share_is_exact() -> None:
    days = tuple(date(2026, 3, day) for day in range(1, 8))
    row = f.Participation("a", "nguoi-dan", "k1", STARTS, days, 8)
    one = Condition(Kind.ATTENDANCE, Fraction("87.5"))
    assert found(criteria(one), people("a", participations=[row]))["a"].met
    more = Condition(Kind.ATTENDANCE, Fraction("87.6"))
    assert not found(criteria(more), people("a", participations=[row]))["a"].met
    with pytest.raises(Invalid) as refusal:
        criteria_of(data_of(criteria(one)), TODAY)
    assert "Dự học chưa phải là kết quả" in str(refusal.value.fields["conditions"])


def test_households_teams_and_units_are_held_by_their_own_shares() -> None:
    rows = [proof(who, STARTS) for who in ("a", "b", "c")]
    facts = people(*"abcd", attainments=rows)
    home = criteria(Condition(Kind.HOME_MEMBERS, Fraction(1)), subject=Subject.HOUSEHOLD)
    assert passed(home, facts) == {"ho0", "ho1"}
    adults = criteria(Condition(Kind.HOME_ADULTS), subject=Subject.HOUSEHOLD)
    assert passed(adults, facts) == {"ho0"}
    share = criteria(Condition(Kind.PEOPLE_SHARE, Fraction(75)), subject=Subject.UNIT)
    assert passed(share, facts) == {"thon"}
    over = criteria(Condition(Kind.PEOPLE_SHARE, Fraction("75.1")), subject=Subject.UNIT)
    assert passed(over, facts) == set()


def test_a_team_without_members_never_stands_in_a_list() -> None:
    facts = people("a", teams=[f.Team("to1", "Tổ 1", "thon"), f.Team("to2", "Tổ 2", "thon")],
                   memberships=[f.Membership("a", "digital_team", "to1")],
                   attainments=[proof("a", STARTS)])  # fmt: skip
    team = criteria(Condition(Kind.TEAM_MEMBERS, Fraction(100)), subject=Subject.TEAM)
    assert passed(team, facts) == {"to1"}


def test_a_school_is_held_by_its_own_people_and_not_by_who_lives_there() -> None:
    facts = people("a", "b", memberships=[f.Membership("a", "student", "truong")],
                   attainments=[proof("a", STARTS)])  # fmt: skip
    units = [*facts.units, f.Unit("truong", "THCS", "truong")]
    facts = f.Facts(**{name: getattr(facts, name) for name in facts.__slots__} | {"units": units})
    asked = criteria(
        Condition(Kind.PEOPLE_SHARE, Fraction(100)), subject=Subject.UNIT, group="school"
    )
    assert passed(asked, facts) == {"truong"}


# --- judging ------------------------------------------------------------------------------------


def test_near_is_one_condition_short_and_begun_and_of_the_few_everyone_is_told_everything() -> None:
    yes, begun, none = Measured(True, Fraction(1)), Measured(False, Fraction(2)), Measured(False)
    figures = [{"a": yes, "b": yes, "c": begun}, {"a": yes, "b": begun, "c": begun, "d": none}]
    everybody = frozenset("abcd")
    judged = judge(Subject.PERSON, everybody, figures)
    assert (judged.passed, judged.near) == (frozenset("a"), {"b": (1,)})
    assert judge(Subject.UNIT, everybody, figures).near == {"b": (1,), "c": (0, 1)}
    assert judge(Subject.PERSON, everybody, []).passed == frozenset()


def test_equal_shares_stand_by_name_and_counts_order_nothing() -> None:
    one = Condition(Kind.PEOPLE_SHARE, Fraction(50))
    shares = {"b": of_share(one, 50, 100), "a": of_share(one, 1, 2), "c": of_share(one, 2, 3)}
    assert in_order(shares, {"a": 0, "b": 1, "c": 2}, shares) == ["c", "a", "b"]
    data = data_of(criteria(Condition(Kind.MENTEES, Fraction(5)))) | {"order": 1}
    with pytest.raises(Invalid) as refusal:
        criteria_of(data, TODAY)
    assert list(refusal.value.fields) == ["order"]


def test_a_child_is_marked_until_the_sixteenth_birthday() -> None:
    assert is_child(20101122, date(2026, 11, 21), 16) is True
    assert is_child(20101122, date(2026, 11, 22), 16) is False
    assert is_child(None, TODAY) is None


def test_a_merge_since_neither_loses_nor_gains_and_who_was_left_out_is_not_missing() -> None:
    moved = changes(["a", "b", "c"], ["x"], frozenset({"a", "b", "x", "new"}), {"c": "b"})
    assert (moved.lost, moved.gained) == ((), ("new",))


def test_what_is_lacking_is_never_rounded_into_nothing() -> None:
    one = Condition(Kind.PEOPLE_SHARE, Fraction("66.7"))
    short = of_share(one, 2, 3)
    assert not short.met
    assert rate_of(short) == "66,6% (2 trên 3)"
    assert "cần thêm 1 người" in short_line(one, short, [])
    gain = Condition(Kind.GAIN, Fraction(20))
    assert "còn thiếu 0,1 điểm" in short_line(gain, Measured(False, Fraction("19.99")), [])


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", list(ready_made(TODAY)))
def test_every_proposal_is_read_said_and_comes_back_from_its_file(code: str) -> None:
    one = criteria_of(ready_made(TODAY)[code], TODAY)
    assert from_yaml(yaml_of(one), TODAY) == one
    assert all("%(" not in condition_text(condition) for condition in one.conditions)


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("no name", {"name": " "}, "name"),
    ("no such subject", {"subject": "village"}, "subject"),
    ("a day that is none", {"from": "31/02/2026"}, "from"),
    ("the end before the beginning", {"to": "2025-01-01"}, "to"),
    ("a group that is never listed", {"group": "poor"}, "group"),
    ("no condition", {"conditions": []}, "conditions"),
    ("too many", {"conditions": [{"kind": "attained"}] * 9}, "conditions"),
    (
        "a kind of another subject",
        {"conditions": [{"kind": "taught", "least": 1}]},
        "conditions.1.kind",
    ),
    ("half a mentee", {"conditions": [{"kind": "mentees", "least": "1,5"}]}, "conditions.1.least"),
    ("no number", {"conditions": [{"kind": "mentees", "least": "năm"}]}, "conditions.1.least"),
    ("over a hundred", {"conditions": [{"kind": "gain", "least": "101"}]}, "conditions.1.least"),
    (
        "self-declared",
        {"conditions": [{"kind": "attained", "proof": "self_declared"}]},
        "conditions.1.proof",
    ),
    ("an unknown field", {"money": "1000000"}, "money"),
    ("not a condition", {"conditions": ["x"]}, "conditions.1"),
]


@pytest.mark.parametrize(("words", "more", "field"), BAD, ids=[b[0] for b in BAD])
def test_bad_criteria_are_refused_by_field(words: str, more: dict[str, Any], field: str) -> None:
    good = data_of(criteria(Condition(Kind.ATTAINED)))
    with pytest.raises(Invalid) as refusal:
        criteria_of(good | more, TODAY)
    assert field in refusal.value.fields, words


@pytest.mark.parametrize(
    "text", ["", "a: [", "- 1", "schema: khac/1", "a: &x [*x]", "\x00", "a: !!python/object x"]
)
def test_a_file_of_something_else_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        from_yaml(text, TODAY)
    assert "file" in refusal.value.fields
