"""Ids, clock, text, settings and keys, as sentences."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from lms.core import clock, text
from lms.core.ids import CODE_LETTERS, derived, spoken_code, uuid7
from lms.core.keys import KeysMissing, as_text, from_text, load_keys, make_keys, save_keys
from lms.core.settings import Settings, SettingsError

pytestmark = pytest.mark.pure


def test_ids_made_later_sort_later_to_the_millisecond() -> None:
    made = [uuid7() for _ in range(50)]
    assert all(i.version == 7 and i.variant == "specified in RFC 4122" for i in made)
    assert len(set(made)) == 50
    assert [i.int >> 80 for i in made] == sorted(i.int >> 80 for i in made)


def test_a_projected_row_has_the_same_id_on_every_rebuild() -> None:
    assert derived("attempt", "a", 1) == derived("attempt", "a", 1)
    assert derived("attempt", "a", 1) != derived("attempt", "a1", "")


def test_spoken_codes_cannot_be_misread() -> None:
    assert not set("O0I1") & set(CODE_LETTERS)
    assert len(spoken_code(6)) == 6


def test_half_past_eleven_at_night_in_vietnam_is_still_that_day() -> None:
    late = datetime(2025, 12, 31, 16, 30, tzinfo=UTC)
    assert clock.day_of(late) == date(2025, 12, 31)
    assert clock.day_of(datetime(2025, 12, 31, 17, 0, tzinfo=UTC)) == date(2026, 1, 1)


def test_a_name_is_cleaned_of_what_cannot_be_seen() -> None:
    assert text.clean(" Nguyễn\u200b  Thị\u00a0Lan ") == "Nguyễn Thị Lan"
    assert text.clean("Nguye\u0302\u0303n") == "Nguyễn"


def test_people_are_sorted_by_given_name_in_vietnamese_order() -> None:
    names = [
        "Trần Văn Ước",
        "Lê Thị Ân",
        "Vũ An",
        "Bùi Ái",
        "Đỗ Đạt",
        "Lý Dũng",
        "Hà Văn An",
        "Ngô Thị Ánh",
    ]
    assert sorted(names, key=text.sort_key) == [
        "Bùi Ái", "Hà Văn An", "Vũ An", "Ngô Thị Ánh", "Lê Thị Ân", "Lý Dũng", "Đỗ Đạt", "Trần Văn Ước",
    ]  # fmt: skip


def test_search_ignores_marks_and_case() -> None:
    assert text.fold("ĐẶNG Thị Quỳnh") == "dang thi quynh"


def test_names_are_shortened() -> None:
    assert text.short_name("Nguyễn Thị Lan") == "Lan N."
    assert text.short_name("Lan") == "Lan"


def test_numbers_and_days_are_written_as_people_write_them() -> None:
    assert text.number(30500) == "30.500"
    assert text.day(date(2026, 1, 2)) == "02/01/2026"
    assert text.day(None) == ""


@pytest.mark.parametrize(
    "attack",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
     "<svg/onload=alert(1)>", "![x](http://evil/x.png)", '<a href="http://evil">x</a>'],
)  # fmt: skip
def test_course_text_cannot_run_or_fetch_anything(attack: str) -> None:
    html = text.markdown_html(attack)
    assert not any(bad in html for bad in ("<script", "<img", "<svg", "<a "))
    assert not re.search(r"<[^>]+(href|src|on\w+)\s*=", html)


@given(st.text(max_size=60))
def test_cleaning_twice_is_cleaning_once(raw: str) -> None:
    assert text.clean(text.clean(raw)) == text.clean(raw)


@given(st.text(min_size=1, max_size=40))
def test_every_name_has_a_sort_key(raw: str) -> None:
    assert isinstance(text.sort_key(raw), str)


def test_a_wrong_setting_is_named() -> None:
    with pytest.raises(SettingsError, match="LMS_PORT"):
        Settings.from_environment({"LMS_PORT": "tám nghìn"})
    with pytest.raises(SettingsError, match="LMS_HTTPS"):
        Settings.from_environment({"LMS_HTTPS": "có"})
    assert Settings.from_environment({"LMS_PORT": "9000", "LMS_HTTPS": "1"}).port == 9000


def test_keys_are_written_once_for_their_owner_alone(tmp_path: Path) -> None:
    keys = make_keys()
    path = save_keys(tmp_path, keys)
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(tmp_path) == keys
    with pytest.raises(FileExistsError):
        save_keys(tmp_path, make_keys())
    with pytest.raises(KeysMissing):
        load_keys(tmp_path / "nowhere")


def test_the_recovery_sheet_gives_the_same_keys_back() -> None:
    keys = make_keys()
    assert from_text(as_text(keys)) == keys


def test_a_sealed_citizen_id_opens_only_where_it_belongs() -> None:
    keys = make_keys()
    sealed = keys.seal("000000000123", "person-1")
    assert "000000000123" not in sealed
    assert keys.open(sealed, "person-1") == "000000000123"
    with pytest.raises(InvalidTag):
        keys.open(sealed, "person-2")


def test_pins_and_citizen_ids_never_share_a_digest() -> None:
    keys = make_keys()
    assert keys.digest("pin", "1234") != keys.digest("citizen-id", "1234")
    assert keys.matches("pin", "1234", keys.digest("pin", "1234"))
