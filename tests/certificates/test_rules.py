"""When a certificate may be issued, and what its number and code look like."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import rules
from certificates.rules import Held, Lack, Standing, settled, weigh
from courses.rules import CertificateRule, PassRule
from lms.core.ids import CODE_LETTERS, spoken_code

pytestmark = pytest.mark.pure

RULE = PassRule("basic", 80, required_tasks=("goi-video", "quet-ma"))
DAY = date(2026, 11, 20)
LATER = date(2026, 11, 27)


def held(proof: str, level: str = "basic", on: date = DAY, key: str = "a") -> Held:
    return Held(key, level, proof, on)


def test_a_supervised_test_and_every_task_make_a_certificate() -> None:
    verdict = weigh([held("test_supervised"), held("task_observed", key="b")], {}, RULE)
    assert verdict.eligible
    assert (verdict.attainment, verdict.proof, verdict.completed_on) == ("b", "task_observed", DAY)


def test_what_is_missing_is_named_one_by_one() -> None:
    verdict = weigh([held("test_passed")], {"goi-video": DAY}, RULE)
    assert verdict.lacks == (Lack("proof", "test_supervised"), Lack("task", "quet-ma"))
    assert not verdict.eligible


def test_a_test_without_supervision_is_not_enough_unless_the_programme_says_so() -> None:
    easy = PassRule("basic", 80, certificate=CertificateRule("test_passed", tasks=False))
    assert not weigh([held("test_passed")], {}, RULE).eligible
    assert weigh([held("test_passed")], {}, easy).proof == "test_passed"


def test_a_proficient_proof_stands_for_a_basic_one_and_never_the_other_way() -> None:
    assert weigh([held("task_observed", "proficient")], {}, RULE).eligible
    proficient = PassRule("proficient", 80)
    assert not weigh([held("task_observed", "basic")], {}, proficient).eligible


def test_test_and_tasks_under_two_records_count_together_from_the_last_day() -> None:
    done = {"goi-video": DAY, "quet-ma": LATER}
    verdict = weigh([held("test_supervised")], done, RULE)
    assert (verdict.proof, verdict.completed_on) == ("task_observed", LATER)


def test_of_two_equal_proofs_the_earlier_is_printed() -> None:
    both = [held("task_observed", on=LATER, key="late"), held("task_observed", key="early")]
    assert weigh(both, {}, RULE).attainment == "early"


def test_numbers_are_written_with_six_digits_year_and_commune() -> None:
    assert rules.number_text(123, 2026, "TBT") == "000123/2026/TBT"
    assert rules.number_text(1_000_000, 2026, "TBT") == "1000000/2026/TBT"


def test_a_code_holds_more_than_128_random_bits() -> None:
    assert rules.ALPHABET == CODE_LETTERS
    assert len(set(rules.ALPHABET)) ** rules.SECRET_LENGTH >= 2**128


SECRET = "ABCDEFGHJKLMNPQRSTUVWXYZ23"


@pytest.mark.parametrize(
    "typed",
    [
        f"TBT.{SECRET}", f"tbt.{SECRET.lower()}", rules.spaced(f"TBT.{SECRET}"),
        f"https://lop.example/gcn/TBT.{SECRET}", f" TBT.{SECRET}\n", f"TBT.{SECRET[:4]}-{SECRET[4:]}",
    ],
)  # fmt: skip
def test_a_code_is_read_however_people_type_it(typed: str) -> None:
    code = rules.read_code(typed)
    assert code is not None
    assert (code.short_code, code.token) == ("TBT", f"TBT.{SECRET}")


@pytest.mark.parametrize("typed", ["", "TBT", f"TBT{SECRET}", f"TBT.{SECRET[:-1]}", "TBT." + "O" * 26,
                                   f"TBT.{SECRET}A", "x" * 5000, "../../etc/passwd"])  # fmt: skip
def test_what_is_no_code_is_told_apart_without_asking_the_database(typed: str) -> None:
    assert rules.read_code(typed) is None


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading_of_codes(typed: str) -> None:
    code = rules.read_code(typed)
    assert code is None or code.token.startswith(code.short_code + ".")


def test_every_new_code_is_read_back_from_its_printed_groups() -> None:
    for _n in range(300):
        token = rules.token_text("TBT", spoken_code(rules.SECRET_LENGTH))
        assert rules.read_code(rules.spaced(token)) == rules.Code("TBT", token)


def test_a_short_secret_makes_no_token() -> None:
    with pytest.raises(ValueError, match="26 letters"):
        rules.token_text("TBT", "ABC")


def one(key: str, person: str, status: str, order: int, level: str = "basic") -> Standing:
    return Standing(key, person, "nguoi-dan", level, status, (2026, order))


def test_of_two_certificates_of_one_person_the_later_is_a_duplicate() -> None:
    both = [one("c2", "lan2", "valid", 2), one("c1", "lan", "valid", 1)]
    assert settled(both, {"lan2": "lan"}) == {"c2": "duplicate"}
    assert settled(both, {}) == {}


def test_two_levels_of_one_person_are_no_duplicates() -> None:
    both = [one("c1", "lan", "valid", 1), one("c2", "lan2", "valid", 2, "proficient")]
    assert settled(both, {"lan2": "lan"}) == {}


def test_a_duplicate_counts_again_when_its_merge_is_undone_and_for_nothing_else() -> None:
    apart = [one("c1", "lan", "valid", 1), one("c2", "lan2", "duplicate", 2)]
    assert settled(apart, {}) == {"c2": "valid"}
    assert settled(apart, {"lan2": "lan"}) == {}
    withdrawn = [one("c1", "lan", "revoked", 1), one("c2", "lan2", "duplicate", 2)]
    assert settled(withdrawn, {"lan2": "lan"}) == {}


def test_two_duplicates_whose_first_is_found_to_be_somebody_else_do_not_both_stay_marked() -> None:
    """Lan, Lan 2 and Lan 3 were taken for one; then Lan is told apart, and 2 and 3 are still one."""
    apart = [
        one("c1", "lan", "valid", 1),
        one("c2", "lan2", "duplicate", 2),
        one("c3", "lan3", "duplicate", 3),
    ]
    assert settled(apart, {"lan3": "lan2"}) == {"c2": "valid"}
    # What was withdrawn from the two stays withdrawn: no mark is lifted to make up for it.
    withdrawn = [*apart[1:], one("c4", "lan2", "revoked", 4)]
    assert settled(withdrawn, {"lan3": "lan2"}) == {}
