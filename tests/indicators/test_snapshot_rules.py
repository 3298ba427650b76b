"""Why a closed figure changed: the causes add up exactly, and each tale is told by its own cause."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.indicators.comparing_periods import Side, side_by_side
from lms.indicators.rules import facts as f
from lms.indicators.rules.engine import compute
from lms.indicators.rules.facts import Facts, Settings
from lms.indicators.rules.figure import canonical
from lms.indicators.rules.vocabulary import Subject
from lms.indicators.snapshot_facts import (
    blanked,
    pack_facts,
    pack_sets,
    unpack_facts,
    unpack_sets,
)
from lms.indicators.snapshot_rules import (
    FIELDS,
    Cause,
    Change,
    Known,
    World,
    aged,
    figures_of,
    record_changes,
    restated,
    told,
)
from lms.people.rules.unit_history import Change as UnitChanged
from tests.indicators.test_properties import DAY, PLANS, commune
from tests.indicators.village import CLASSES, Village, at_least, counted, indicator, plan

pytestmark = pytest.mark.pure
PLAN = plan(indicator(counted(), at_least(50)))


def village() -> Village:
    """Ten adults of two villages, five of whom have passed; a declared figure stands beside."""
    made = Village().unit("a").unit("b")
    for n in range(10):
        made.person(f"p{n}", date(1980, 1 + n, 3), home="a" if n < 5 else "b")
    for n in range(5):
        made.attained(f"p{n}", key=f"bài {n}")
    return made


def world(facts: Facts, chosen: Settings | None = None, **more: object) -> World:
    return World(PLAN, chosen or Settings(), aged(facts, DAY), **more)  # type: ignore[arg-type]  # Only `counted_by_hand` is given.


def compared(old: World, new: World, printed: dict[str, Known] | None = None) -> Change:
    was = printed or told(compute(old.plan, old.facts, DAY.year, DAY, old.settings))
    return restated(was, old, new, DAY).changes[0]


def parts(change: Change) -> dict[str, tuple[int, int]]:
    return {part.cause.value: (part.numerator, part.denominator) for part in change.parts}


def _late(v: Village) -> Village:
    return v.attained("p7")


def _late_but_after_the_day(v: Village) -> Village:
    return v.attained("p7", on=date(2026, 7, 1))


def _revoked(v: Village) -> Village:
    v.rows["attainments"][2] = v.rows["attainments"][2]._replace(revoked_on=date(2026, 5, 1))
    return v


def _merged(v: Village) -> Village:
    return v.merged("p9", "p1")


def _merged_into_one_who_lacked_it(v: Village) -> Village:
    return v.merged("p1", "p9")


def _moved_away(v: Village) -> Village:
    v.rows["residences"][0] = v.rows["residences"][0]._replace(ends=date(2026, 4, 1))
    return v


def _was_a_child(v: Village) -> Village:
    v.rows["persons"][8] = v.rows["persons"][8]._replace(
        birth_date=date(2009, 3, 1), birth_year=2009
    )
    return v


def _died(v: Village) -> Village:
    v.rows["persons"][0] = v.rows["persons"][0]._replace(died_on=date(2026, 2, 1))
    return v


def _came(v: Village) -> Village:
    return v.person("p10", date(1990, 1, 1))


def _declared(v: Village) -> Village:
    return v.declares(20)


TALES = {
    "late": (_late, {"ve-muon": (1, 0)}),
    "nothing that counts": (_late_but_after_the_day, {}),
    "revoked": (_revoked, {"thu-hoi": (-1, 0)}),
    "merged": (_merged, {"gop": (0, -1)}),
    "the survivor had nothing": (_merged_into_one_who_lacked_it, {"gop": (0, -1)}),
    "moved away": (_moved_away, {"sua-ho-so": (-1, -1)}),
    "was a child": (_was_a_child, {"sua-ho-so": (0, -1)}),
    "died": (_died, {"sua-ho-so": (-1, -1)}),
    "a new record": (_came, {"sua-ho-so": (0, 1)}),
    "a declared figure": (_declared, {"nguon-ngoai": (0, 10)}),
}


@pytest.mark.parametrize("tale", TALES)
def test_every_change_is_told_by_its_cause(tale: str) -> None:
    change, expected = TALES[tale]
    assert parts(compared(world(village().facts()), world(change(village()).facts()))) == expected


def test_a_split_is_the_merge_taken_back() -> None:
    change = compared(world(_merged(village()).facts()), world(village().facts()))
    assert parts(change) == {"tach": (0, 1)}


def test_several_causes_at_once_add_up() -> None:
    both: list[Callable[[Village], Village]] = [_late, _revoked, _merged, _moved_away, _came]
    made = village()
    for one in both:
        made = one(made)
    change = compared(world(village().facts()), world(made.facts()))
    assert parts(change) == {
        "sua-ho-so": (-1, 0), "ve-muon": (1, 0), "thu-hoi": (-1, 0), "gop": (0, -1),
    }  # fmt: skip
    assert (change.before.numerator, change.before.denominator) == (5, 10)
    assert (change.after.numerator, change.after.denominator) == (4, 9)


def test_a_joined_pair_of_records_is_one_person() -> None:
    old, new = world(village().facts()), world(_merged(village()).facts())
    was = told(compute(PLAN, old.facts, DAY.year, DAY))
    found = restated(was, old, new, DAY)
    (part,) = found.changes[0].parts
    assert (found.heads(part), part.gone) == (1, {"p9"})


def test_a_new_version_of_the_plan_and_a_new_choice_are_a_change_of_definition() -> None:
    old = world(village().facts())
    higher = plan(indicator(counted(), at_least(90)))
    change = compared(old, replace(old, plan=higher))
    assert (change.before.met, change.after.met) == (True, False)
    assert parts(change) == {"doi-dinh-nghia": (0, 0)}
    # Five of ten are still enough for 40%, and the paper must say that less is asked now.
    lower = compared(old, replace(old, plan=plan(indicator(counted(), at_least(40)))))
    assert (lower.before.same_numbers(lower.after), lower.is_changed) == (True, True)
    assert parts(lower) == {"doi-dinh-nghia": (0, 0)}
    assert not compared(old, replace(old, plan=replace(PLAN, title="Tên khác"))).is_changed
    stricter = plan(indicator(counted(accepts=("task_observed",)), at_least(50)))
    assert parts(compared(old, replace(old, plan=stricter))) == {"doi-dinh-nghia": (-5, 0)}
    declared = world(_declared(village()).facts())
    register = replace(declared, settings=Settings(denominators={"adults": "register"}))
    assert parts(compared(declared, register)) == {"doi-dinh-nghia": (0, -10)}


def test_a_figure_that_only_one_version_has_is_told_too() -> None:
    old = world(village().facts())
    other = replace(indicator(counted(), at_least(50)), code="2", no="2")
    was = told(compute(PLAN, old.facts, DAY.year, DAY))
    both = {
        one.code: one for one in restated(was, old, replace(old, plan=plan(other)), DAY).changes
    }
    assert parts(both["1"]) == {"doi-dinh-nghia": (-5, -10)}
    assert parts(both["2"]) == {"doi-dinh-nghia": (5, 10)}


def test_a_number_that_is_known_now_says_since_what() -> None:
    nobody = Village().unit("a").person("p0", date(1980, 1, 3))
    change = compared(
        world(nobody.facts()), world(nobody.facts(recorded=frozenset({"attainment"})))
    )
    assert (change.before.numerator, change.after.numerator) == (None, 0)
    assert parts(change) == {"nguon-ngoai": (0, 0)}


def test_a_service_that_counts_otherwise_says_so() -> None:
    old = world(village().facts())
    printed = {"1": Known(4, 10, met=False)}
    assert parts(compared(old, old, printed)) == {"khac": (1, 0)}


def test_counts_by_hand_are_from_outside_and_classes_held_come_late() -> None:
    classes = plan(indicator(counted("none", CLASSES, subject=Subject.THING)))
    old = replace(world(village().held(DAY).facts()), plan=classes)
    held, by_hand = f.Count("lớp", "community-class", DAY), f.Count("tay", "community-class", DAY)
    facts = replace(old.facts, counts=[*old.facts.counts, held, by_hand])
    new = replace(old, facts=facts, counted_by_hand=frozenset({"tay"}))
    assert parts(compared(old, new)) == {"ve-muon": (1, 0), "nguon-ngoai": (1, 0)}


def test_a_unit_that_became_urban_is_told_as_a_change_of_units() -> None:
    urban = plan(indicator(counted("urban_adults"), at_least(50)))
    old = replace(world(village().facts()), plan=urban)
    units = [row._replace(is_urban=row.key == "a") for row in old.facts.units]
    new = replace(old, facts=replace(old.facts, units=units))
    assert parts(compared(old, new)) == {"don-vi": (5, 5)}


def test_every_field_of_the_facts_has_a_cause() -> None:
    named = {name for names in FIELDS.values() for name in names}
    assert named == {one.name for one in fields(Facts)}


def test_what_became_of_a_record_is_said_by_its_kind() -> None:
    old, new = village(), _came(_died(_moved_away(village())))
    new.member("p3", "worker")
    found = record_changes(old.facts(), new.facts(), frozenset({"p0", "p3", "p10", "p5"}))
    assert found == {"p0": ("death", "home"), "p3": ("group",), "p10": ("new",), "p5": ()}


# --- for every commune --------------------------------------------------------------------------

seeds = st.integers(0, 10_000)


def mixed(one: Facts, two: Facts) -> Facts:
    """Some tables of one commune and some of another that has the same people."""
    return replace(
        one, residences=two.residences, attainments=[*one.attainments[::2], *two.attainments[::3]],
        merges=two.merges, memberships=two.memberships, counts=two.counts,
        declared_measures=two.declared_measures, persons=two.persons,
    )  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(seeds, seeds, st.sampled_from(sorted(PLANS)), st.booleans())
def test_the_causes_add_up_to_the_change_and_nothing_is_left_over(
    seed: int, other: int, code: str, temporary: bool
) -> None:
    base = World(PLANS[code], Settings(), aged(commune(seed).facts(), DAY))
    facts = aged(mixed(commune(seed).facts(), commune(other).facts()), DAY)
    now = World(PLANS[code], Settings(count_temporary=temporary), facts)
    was = told(compute(base.plan, base.facts, DAY.year, DAY))
    today = compute(now.plan, now.facts, DAY.year, DAY, now.settings)
    found = restated(was, base, now, DAY)
    assert canonical(found.report) == canonical(today)
    for change in found.changes:
        before, after, moved = change.before, change.after, change.parts
        assert Cause.OTHER not in {part.cause for part in moved}
        assert sum(p.numerator for p in moved) == (after.numerator or 0) - (before.numerator or 0)
        assert sum(p.denominator for p in moved) == (
            (after.denominator or 0) - (before.denominator or 0)
        )
        assert after.people - before.people <= {who for p in moved for who in p.joined}
        assert before.people - after.people <= {who for p in moved for who in p.left}


@settings(max_examples=12, deadline=None)
@given(seeds, st.sampled_from(sorted(PLANS)))
def test_packing_and_leaving_out_days_of_birth_changes_no_figure(seed: int, code: str) -> None:
    facts = commune(seed).facts()
    packed = pack_facts(aged(facts, DAY))
    assert pack_facts(unpack_facts(packed)) == packed
    whole = compute(PLANS[code], facts, DAY.year, DAY)
    assert canonical(compute(PLANS[code], unpack_facts(packed), DAY.year, DAY)) == canonical(whole)
    days = {
        row.birth_date.strftime("%m-%d") for row in unpack_facts(packed).persons if row.birth_date
    }
    assert days <= {"01-01", "12-31"}


@settings(max_examples=12, deadline=None)
@given(seeds, st.sampled_from([DAY, date(2026, 12, 31)]))
def test_an_erased_record_keeps_its_part_in_every_number(seed: int, on: date) -> None:
    packed = pack_facts(aged(commune(seed).facts(), on))
    gone = frozenset({"p04", "p05", "p06"})
    after = unpack_facts(blanked(packed, gone, on))
    known = {row.key: row for row in after.persons}
    assert all(known[key].sex is None for key in gone)
    for each in PLANS.values():
        old, new = (compute(each, x, on.year, on) for x in (unpack_facts(packed), after))
        assert told(old) == told(new)


def test_records_of_one_person_are_erased_as_one() -> None:
    """A bare year and a day of the same year: of age on 30/6 by the day alone."""
    on = date(2026, 6, 30)
    made = Village().unit("a").person("p", 2008).person("q", date(2008, 3, 1), home=None)
    made.merged("q", "p").person("other").attained("p")
    packed = pack_facts(aged(made.facts(), on))
    was = told(compute(PLAN, unpack_facts(packed), on.year, on))
    assert was["1"].denominator == 2
    for gone in ({"p", "q"}, {"q"}, {"p"}):
        left = unpack_facts(blanked(packed, frozenset(gone), on))
        assert told(compute(PLAN, left, on.year, on)) == was, gone


def test_every_table_is_packed_and_read_again_row_by_row() -> None:
    change = UnitChanged("a", date(2025, 7, 1), "A", "AB", "b")
    facts = replace(
        village().declares(5).declares_measure(1, 2).outside("p1").came("p2", DAY).facts(),
        household_units={"h": "a", "k": None}, recorded=frozenset({"vneid_confirmed"}),
        unit_changes=[change],
    )  # fmt: skip
    read = unpack_facts(pack_facts(facts))
    for one in fields(Facts):
        old, new = getattr(facts, one.name), getattr(read, one.name)
        assert new == (list(old) if isinstance(old, tuple) else old), one.name


def test_sets_are_read_as_they_were_packed() -> None:
    report = compute(PLAN, village().facts(), DAY.year, DAY)
    one = figures_of(report)["1"]
    sets = {"1": {"subject": "person", "people": one.people, "missing": one.missing,
                  "proofs": {key: one.evidence_of(key) for key in one.people}}}  # fmt: skip
    assert unpack_sets(pack_sets(sets)) == sets
    assert Decimal(50) == one.outcome.rate


def test_somebody_who_stands_under_another_record_is_neither_new_nor_gone() -> None:
    """Of p and its twin q only q stands after the merge; r and s were both counted and are one now."""
    line = {"code": "1", "no": "1", "title": "", "unit_word": ""}

    def side(*people: str) -> Side:
        now = {**line, "numerator": len(people)}
        return Side({"1": now}, {}, {"1": {"people": frozenset(people)}})

    old, new = side("p", "r", "s"), side("q", "r")
    (plain,) = side_by_side(old, new)
    assert (plain.joined, plain.left) == ({"q"}, {"p", "s"})
    (pair,) = side_by_side(old, new, {"p": "q", "s": "r"})
    assert (pair.numbers, pair.joined, pair.left) == (-1, frozenset(), {"s"})
