"""What changed between two versions of a plan, said in words and never left out."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from lms.cli import lms
from lms.indicators.plan_diff import differences, renumbered
from lms.indicators.plan_file import load_plan, shipped_plans
from lms.indicators.queries import parsed
from lms.indicators.rules.plan import Plan
from tests.indicators.plan_making import plan_data

pytestmark = pytest.mark.pure

SHIPPED = shipped_plans()


def changed(*swaps: tuple[str, str], code: str = "viet-tri") -> list[str]:
    """What is said of a shipped plan in which these texts are others."""
    text = SHIPPED[code]
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new, 1)
    found = differences(parsed(SHIPPED[code], "a"), load_plan(text, "b"))
    return [f"{change.name}: {change.text}" for change in found]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "value: 95, level: basic}",
            "value: 90, level: basic, word: phấn đấu}",
            "Chỉ tiêu 1 (a): mức 2025 từ ≥ 95% thành phấn đấu ≥ 90%",
        ),
        (
            "population: adults\n    measure: confirmed",
            "population: residents\n    measure: confirmed",
            "Chỉ tiêu 4 (d): đối tượng từ người dân đủ 18 tuổi thành người dân",
        ),
        (
            "k: 5, of: mentees",
            "k: 6, of: mentees",
            "Chỉ tiêu VI.1 (i): cách đo từ kèm ít nhất 5 người thành kèm ít nhất 6 người",
        ),
        (
            "what: training-course",
            "what: courses-held",
            (
                "Chỉ tiêu V.1a: cách đo từ đếm số lượng: lớp bồi dưỡng của đơn vị "
                "[count training-course lớp bồi dưỡng của đơn vị] thành đếm số lượng: "
                "lớp bồi dưỡng của đơn vị [count courses-held lớp bồi dưỡng của đơn vị]"
            ),
        ),
        (
            '2025: {operator: ">=", value: 50}\n      2026: {operator: ">=", value: 70}',
            '2025: {operator: ">=", value: 50}\n      2026: không quy định',
            "Chỉ tiêu 4 (d): mức 2026 từ ≥ 70% thành không quy định",
        ),
        (
            '    title: Báo cáo quý\n    where: "V.1"\n    period: quarter\n    due: không quy định',
            '    title: Báo cáo quý\n    where: "V.1"\n    period: quarter\n    due: ngày 10 tháng cuối quý',
            "Báo cáo “Báo cáo quý”: hạn từ không quy định thành ngày 10 tháng cuối kỳ",
        ),
        (
            "    yearly_on: 10/10\n",
            "",
            "Nhiệm vụ “Ngày hội toàn dân học tập số”: ngày hằng năm từ “10/10” thành –",
        ),
    ],
)
def test_a_change_is_said_in_words(old: str, new: str, said: str) -> None:
    assert changed((old, new)) == [said]


def test_a_new_year_tells_its_targets_and_nothing_that_stays() -> None:
    text = SHIPPED["song-cong"]
    old = load_plan(text, "a")
    grown = text.replace("years: [2026]", "years: [2026, 2027]")
    lines = []
    for line in grown.splitlines():
        lines.append(line)
        if line.startswith("      2026:"):
            lines.append(line.replace("2026:", "2027:"))
    new = load_plan("\n".join(lines), "b")
    said = [change.text for change in differences(old, new)]
    assert said[0] == "các năm từ 2026 thành 2026, 2027"
    assert "thêm mức 2027: ≥ 100%" in said
    assert not [one for one in said if "đối tượng" in one or "cách đo" in one]


def test_an_indicator_under_another_number_is_seen_to_be_the_same() -> None:
    old = parsed(SHIPPED["viet-tri"], "a")
    new = load_plan(SHIPPED["viet-tri"].replace("no: 4 (d)", "no: 6 (d)"), "b")
    (found,) = renumbered(old, new)
    assert (found.old, found.new) == ("4-d", "6-d")
    kept = SHIPPED["viet-tri"].replace("no: 4 (d)", "no: 6 (d)\n    code: 4-d")
    assert renumbered(old, load_plan(kept, "c")) == ()
    assert [c.text for c in differences(old, load_plan(kept, "c"))] == [
        "số trong kế hoạch từ “4 (d)” thành “6 (d)”"
    ]


def test_two_plans_give_no_change_exactly_when_they_are_equal() -> None:
    die = Random(8)
    plans = [plan_data(die)[1] for _each in range(16)]
    for old, new in pairwise(plans):
        assert differences(old, old) == ()
        assert bool(differences(old, new)) == (old != new)
        for part in _one_thing_else(old, new):
            told = differences(old, part)
            assert bool(told) == (old != part)
            assert all(change.old != change.new for change in told)


def _one_thing_else(old: Plan, new: Plan) -> list[Plan]:
    """The old plan with single things of the new one."""
    first, other = old.indicators[0], new.indicators[0]
    rest = old.indicators[1:]
    names = ("title", "where", "official_title", "starts", "roles", "notes", "readings")
    indicators = [replace(first, **{name: getattr(other, name)}) for name in names]
    some = next(iter(other.years.values()))
    years = [
        {year: replace(rule, **{name: getattr(some, name)}) for year, rule in first.years.items()}
        for name in ("counted", "target", "where")
    ]
    indicators += [replace(first, years=found) for found in years]
    heads = ("official_title", "open_ended", "lead", "lead_where", "names", "notes")
    parts = ("commitments", "reports", *heads)
    return [
        *(replace(old, indicators=(one, *rest)) for one in indicators),
        *(replace(old, **{name: getattr(new, name)}) for name in parts),
        replace(old, indicators=old.indicators[::-1]),
        replace(old, indicators=rest or (first, replace(first, code="them"))),
    ]


# --- the command --------------------------------------------------------------------------------


def test_the_command_answers_like_diff(tmp_path: Path) -> None:
    one, other, wrong = (tmp_path / name for name in ("a.yaml", "b.yaml", "c.yaml"))
    one.write_text(SHIPPED["hung-chau"], "utf-8")
    other.write_text(SHIPPED["hung-chau"].replace("value: 40", "value: 45"), "utf-8")
    wrong.write_text("code: x", "utf-8")
    run = CliRunner().invoke
    same = run(lms, ["plan", "diff", str(one), str(one)])
    assert (same.exit_code, same.output) == (0, "Hai bản giống nhau.\n")
    found = run(lms, ["plan", "diff", str(one), str(other)])
    assert found.exit_code == 1
    assert "mức 2025 từ phấn đấu ≥ 40% thành phấn đấu ≥ 45%" in found.output
    told = run(lms, ["plan", "diff", str(one), str(other), "--json"])
    assert [change["field"] for change in json.loads(told.output)["changes"]] == [
        "targets.2025.value"
    ]
    assert run(lms, ["plan", "diff", str(one), str(wrong)]).exit_code == 2
    assert run(lms, ["plan", "diff", str(one), f"{wrong}@x"]).exit_code == 2
