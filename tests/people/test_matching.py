"""Who is who: Vietnamese names, years without days, households, phones, citizen IDs."""

import string
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lms.people.rules import chains, matching
from lms.people.rules.matching import Level, Traits, likeness
from lms.people.rules.names import names_alike, parsed
from lms.people.wording import REASONS

pytestmark = pytest.mark.pure

LAN = Traits("Nguyễn Thị Lan", date(1958, 3, 2), 1958, "nu", "dong", "H1", "0912345678")


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan", "name_same"),
        ("Nguyễn Thị Hoà", "Nguyễn Thị Hòa", "name_same"),
        ("Lý Văn Mỹ", "Lí Văn Mĩ", "name_same"),
        ("Phạm Quý", "Phạm Quí", "name_same"),
        ("NGUYỄN THỊ LAN", "Nguyễn Thị Lan", "name_same"),
        ("Nguyen Thi Dao", "Nguyễn Thị Đào", "name_marks"),
        ("Nguyễn Lan", "Nguyễn Thị Lan", "name_middle"),
        ("Nguyễn Thị Thu Lan", "Nguyễn Thu Lan", "name_middle"),
        ("Nguyễn Thị Phượng", "Nguyễn Thị Phương", "name_partly"),
        ("Trương Văn Đạt", "Trưong Van Dạt", "name_partly"),
        ("Thạch Sa Rương", "Thạch SaRương", "name_same"),
        ("Thạch Sa Rương", "Thạch Sarương", "name_partly"),
        ("Huỳnh Thị Tú", "Hùynh Thị Tú", "name_same"),
        ("Đặng Đức", "DDặng DDuwcs", "name_typed"),
        ("Nguyễn Thị Lượng", "Nguyeenx Thij Luwowngj", "name_typed"),
        ("Nguyễn Đức", "Nguye6n4 D9u7c1", "name_typed"),
        ("Bà Nguyễn Thị Lan", "Nguyễn Thị Lan", "name_same"),
        ("Cụ bà Nguyễn Thị Lan", "Ba Nguyen Thi Lan", "name_marks"),
        ("Bá Thị Mưng", "Bá Văn Mưng", None),
        ("Giuse Phạm Văn Lành", "Phạm Văn Lành", "name_same"),
        ("Trần Văn Hợi (Hợi sẹo)", "Trần Văn Hợi", "name_same"),
        ("Trần Văn Hợi tức Sáu", "Trần Văn Sáu", "name_called"),
        ("Nguyễn Thị Lan Anh", "Lan Anh Nguyễn Thị", "name_order"),
        ("Nguyễn Văn An", "Ng. V. An", "name_short"),
        ("Nguyễn Hữu Nghĩa", "NH Nghĩa", "name_short"),
        ("Nguyễn Văn An", "N.V.A", "name_initials"),
        ("N.V.A", "N.V.A", "name_initials"),
        ("H'Hương Êban", "H Hương Êban", "name_same"),
        ("HRiêm Ayŭn", "H' Riêm Ayun", "name_partly"),
        ("Y Thinh Niê Kđăm", "Y Thinh Niê", "name_middle"),
        ("Trần Văn Hùng", "Trần Văn Hưng", "name_slip"),
        ("Nguyễn Thị Mai", "Nguyễn Thị May", "name_slip"),
        ("Lê Quang Trường", "Lê Quang Chường", "name_slip"),
        ("Hoàng Văn Chiểu", "Huỳnh Văn Chiểu", "name_slip"),
        ("Trần Xuân Lợi", "Trần Suân Lời", "name_slips"),
        ("Lan", "Nguyễn Thị Lan", "name_given"),
        ("Bà Hai", "Lê Thị Hai", "name_given"),
        ("Trần Thị Thu", "Trần Thị Thu Hà", "name_beginning"),
        ("Nguyễn Thị Lan", "Trần Thị Lan", "name_family"),
        ("Lê Ngọc Hân", "Lê Gia Hân", "name_other_middle"),
        ("Nguyễn Thị Lan", "Nguyễn Văn Lan", None),
        ("Y Khoa Mlô", "H Khoa Mlô", None),
        ("Trần Thị Lan", "Trần Thị Nhung", None),
        ("()", "Nguyễn Thị Lan", None),
    ],
)
def test_names_agree_as_vietnamese_names_do(one: str, other: str, how: str | None) -> None:
    assert names_alike(one, other) == how
    assert names_alike(other, one) == how


def test_the_same_name_birth_and_home_is_the_same_person() -> None:
    assert likeness(LAN, replace(LAN, phone=None, household=None)).level is Level.SAME


def test_the_same_name_and_birth_in_another_village_is_shown_to_a_person() -> None:
    other = replace(LAN, unit="tay", household="H9", phone=None)
    assert likeness(LAN, other).level is Level.LIKELY


def test_a_year_without_a_day_needs_the_household_or_the_phone() -> None:
    year_only = replace(LAN, born=None)
    assert likeness(LAN, year_only).level is Level.SAME
    assert likeness(LAN, replace(year_only, household=None, phone=None)).level is Level.LIKELY


def test_the_first_of_january_is_a_placeholder() -> None:
    new_year = Traits("Nguyễn Thị Lan", date(1958, 1, 1), 1958, "nu", "dong")
    assert likeness(new_year, new_year).level is Level.LIKELY


def test_the_same_citizen_id_with_a_name_written_otherwise_is_the_same_person() -> None:
    with_id = replace(LAN, citizen="h", household=None, phone=None)
    assert likeness(with_id, replace(with_id, name="Nguyễn Lan", born=None)).level is Level.SAME


def test_two_citizen_ids_are_two_people() -> None:
    twin = likeness(replace(LAN, citizen="a"), replace(LAN, citizen="b"))
    assert twin.level is Level.DIFFERENT


def test_another_sex_is_never_joined_by_a_machine() -> None:
    assert likeness(LAN, replace(LAN, sex="nam")).level is not Level.SAME


def test_twins_of_one_household_are_not_joined() -> None:
    an = Traits("Trần Văn An", date(2012, 5, 5), 2012, "nam", "dong", "H2")
    assert likeness(an, replace(an, name="Trần Văn Ân")).level is not Level.SAME


def test_a_dropped_middle_name_with_the_same_birth_is_shown_to_a_person() -> None:
    short = replace(LAN, name="Nguyễn Lan", household=None, phone=None)
    assert likeness(LAN, short).level is Level.LIKELY


SAN = replace(LAN, phone=None, household=None)


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({"born": date(1958, 2, 3)}, Level.LIKELY),
        ({"born": date(1985, 3, 2), "year": 1985}, Level.LIKELY),
        ({"born": date(1958, 8, 2)}, Level.LIKELY),
        ({"born": date(1958, 1, 1)}, Level.LIKELY),
        ({"born": date(1958, 11, 24)}, Level.DIFFERENT),
        ({"born": date(1959, 8, 2), "year": 1959}, Level.DIFFERENT),
        ({"born": None, "year": None}, Level.LIKELY),
        ({"born": None, "year": None, "unit": "tay"}, Level.DIFFERENT),
        ({"born": None, "year": 1959}, Level.DIFFERENT),
        ({"sex": "nam"}, Level.LIKELY),
        ({"name": "Nguyễn Thị Lân", "sex": "nam"}, Level.DIFFERENT),
        ({"name": "Nguyễn Thị Lân"}, Level.LIKELY),
        ({"name": "Nguyễn Thị Lành", "unit": "tay"}, Level.DIFFERENT),
    ],
)
def test_a_slip_of_the_pen_is_shown_and_two_people_are_not(
    changed: dict[str, Any], level: Level
) -> None:
    assert likeness(SAN, replace(SAN, **changed)).level is level


@pytest.mark.parametrize(
    ("changed", "level"),
    [
        ({"year": 1959}, Level.LIKELY),
        ({"year": 1985}, Level.LIKELY),
        ({"year": 1956}, Level.LIKELY),
        ({"year": 1972}, Level.DIFFERENT),
        ({"year": 1999}, Level.DIFFERENT),
        ({"year": 1985, "name": "Nguyễn Lan"}, Level.DIFFERENT),
        ({"year": 1959, "name": "Nguyễn Thị Lành"}, Level.DIFFERENT),
        ({"name": "Nguyen Thi Lan"}, Level.SAME),
    ],
)
def test_one_household_keeps_generations_and_sisters_apart(
    changed: dict[str, Any], level: Level
) -> None:
    home = replace(LAN, born=None, phone=None)
    assert likeness(home, replace(home, **changed)).level is level


def test_names_used_at_home_tell_two_people_apart() -> None:
    black, white = (replace(LAN, name=f"Nguyễn Thị Lan ({called})") for called in ("đen", "trắng"))
    assert likeness(black, white).level is not Level.SAME
    assert likeness(black, LAN).level is Level.SAME


def test_every_reason_has_its_words() -> None:
    assert set(matching.POINTS) <= set(REASONS)


def test_a_household_of_hundreds_is_a_column_read_wrongly_and_costs_no_square() -> None:
    people = [
        (n, Traits(f"Nguyễn Văn {word}", year=1950 + n % 60, household="1"))
        for n, word in enumerate(string.ascii_lowercase * 200)
    ]
    began = time.process_time()
    matching.pairs(people)
    assert time.process_time() - began < 2


WORDS = (
    "Nguyễn",
    "Trần",
    "Thị",
    "Văn",
    "Lan",
    "Lân",
    "Hùng",
    "Hưng",
    "Mỹ",
    "Mĩ",
    "Hòa",
    "Hoà",
    "Dao",
    "Đào",
    "Ng.",
    "H",
    "(Tư)",
    "Bà",
    "Hoaf",
)
names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
few = st.sampled_from(["a", "b", None])


@st.composite
def traits(draw: st.DrawFn) -> Traits:
    born = draw(
        st.none()
        | st.sampled_from([date(1958, 3, 2), date(1958, 2, 3), date(1959, 3, 2), date(1960, 1, 1)])
    )
    year = born.year if born else draw(st.sampled_from([None, 1958, 1960]))
    sex = draw(st.sampled_from(["nam", "nu", None]))
    return Traits(draw(names), born, year, sex, draw(few), draw(few), draw(few), draw(few))


@given(traits(), traits())
def test_likeness_does_not_depend_on_the_order(a: Traits, b: Traits) -> None:
    assert likeness(a, b) == likeness(b, a)


@given(traits())
def test_a_record_is_never_different_from_itself_with_a_birth_and_a_home(a: Traits) -> None:
    assume(not parsed(a.name).is_shortened)
    known = replace(a, born=date(1958, 3, 2), year=1958)
    assert likeness(known, known).level is Level.SAME
    assert matching.identical(known, known)


@given(traits(), traits(), st.sampled_from(["household", "phone"]))
def test_one_more_agreement_never_lowers_the_points(a: Traits, b: Traits, field: str) -> None:
    plain = likeness(replace(a, **{field: None}), replace(b, **{field: None}))
    more = likeness(replace(a, **{field: "z"}), replace(b, **{field: "z"}))
    assert more.points >= plain.points


@given(traits(), traits())
def test_nobody_of_another_sex_or_year_or_citizen_id_is_joined(a: Traits, b: Traits) -> None:
    if likeness(a, b).level is Level.SAME:
        assert not (a.sex and b.sex and a.sex != b.sex)
        assert not (a.year and b.year and a.year != b.year)
        assert not (a.citizen and b.citizen and a.citizen != b.citizen)


@given(st.lists(traits(), max_size=7))
def test_every_pair_found_is_alike_and_found_once(people: list[Traits]) -> None:
    found = matching.pairs(enumerate(people))
    keys = [(pair.first, pair.second) for pair in found]
    assert len(keys) == len(set(keys))
    for pair in found:
        assert isinstance(pair.first, int)
        assert isinstance(pair.second, int)
        assert pair.likeness == likeness(people[pair.first], people[pair.second])
        assert pair.likeness.level is not Level.DIFFERENT


@given(traits(), traits())
def test_whoever_a_machine_would_join_meets_in_a_block(a: Traits, b: Traits) -> None:
    if likeness(a, b).level is Level.SAME:
        assert set(matching.blocks(a)) & set(matching.blocks(b))


ids = st.sampled_from(string.ascii_lowercase[:8])


@given(st.dictionaries(ids, ids))
def test_survivors_end_even_in_broken_chains(links: dict[str, str]) -> None:
    found = chains.survivors(links)
    assert set(found) == set(links)


@given(st.lists(st.tuples(ids, ids), max_size=20))
def test_links_that_are_checked_never_circle(wanted: list[tuple[str, str]]) -> None:
    links: dict[str, str] = {}
    for duplicate, survivor in wanted:
        if duplicate not in links and not chains.would_circle(links, duplicate, survivor):
            links[duplicate] = survivor
    for stands in chains.survivors(links).values():
        assert stands not in links


def test_the_survivor_of_a_survivor_stands_for_all() -> None:
    assert chains.survivors({"a": "b", "b": "c"}) == {"a": "c", "b": "c"}
