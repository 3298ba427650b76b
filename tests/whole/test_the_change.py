"""The measured change of the sample: every figure of the page counted again in plain SQL."""

import csv
import io
from pathlib import Path
from statistics import mean, stdev

import pytest

from assessments.rules.gain import t_quantile
from tests.cli.place import Place
from tests.whole.plain_sql import rows
from tests.whole.test_the_sample import signed_in, state

pytestmark = pytest.mark.db

Learner = tuple[str, str, float | None, float | None]
"""(programme, class, share before, share after)."""

# Nobody of the sample is in two classes, has two forms of a kind or learned before the entry form, so
# that one row per learner is all there is.
SHARES = """
    SELECT c.programme_code, c.code,
      (SELECT 1.0 * a.points / a.max_points FROM attempt a WHERE a.enrolment_id = e.id AND a.purpose = 'entry'),
      (SELECT 1.0 * a.points / a.max_points FROM attempt a WHERE a.enrolment_id = e.id AND a.purpose = 'exit')
    FROM enrolment e JOIN cohort c ON c.id = e.cohort_id
"""


def table(place: Place, login: str) -> list[dict[str, str]]:
    """The csv of the page as the account sees it."""
    with place.app() as app:
        answer = signed_in(app.test_client(), login).get("/thay-doi.csv")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def counts(people: list[Learner]) -> dict[str, str]:
    """How many people were measured twice, once or never."""
    return {
        "Số người có cả hai lần": str(sum(None not in (b, a) for *_, b, a in people)),
        "Chỉ làm đầu khóa": str(sum(b is not None and a is None for *_, b, a in people)),
        "Chỉ làm cuối khóa": str(sum(b is None and a is not None for *_, b, a in people)),
        "Chưa làm lần nào": str(sum(b is None and a is None for *_, b, a in people)),
    }


def figures(people: list[Learner]) -> dict[str, float]:
    """The means and the interval of those measured twice; none under twenty."""
    pairs = [(100 * b, 100 * a) for *_, b, a in people if b is not None and a is not None]
    if len(pairs) < 20:
        return {}
    gains = [after - before for before, after in pairs]
    half = t_quantile(0.975, len(pairs) - 1) * stdev(gains) / len(pairs) ** 0.5
    return {
        "Đầu khóa (%)": mean(before for before, _ in pairs),
        "Cuối khóa (%)": mean(after for _, after in pairs),
        "Thay đổi (điểm phần trăm)": mean(gains),
        "Khoảng 95% từ": mean(gains) - half,
        "Khoảng 95% đến": mean(gains) + half,
    }


def agree(row: dict[str, str], people: list[Learner]) -> None:
    """The row says of these people what SQL says, its figures to the printed decimal."""
    told = figures(people)
    assert row.items() >= counts(people).items()
    assert row["Ghi chú"] == ("" if told else "chưa đủ dữ liệu")
    for name in ("Đầu khóa (%)", "Cuối khóa (%)", "Thay đổi (điểm phần trăm)", "Khoảng 95% từ"):
        printed = float(row[name]) if row[name] else None
        assert printed == (pytest.approx(told[name], abs=0.0501) if told else None), (name, row)


def test_the_change_of_the_sample_is_that_of_plain_sql(sample: Place, made_sample: Path) -> None:
    people = rows(made_sample / "lms.db", SHARES)
    found = {(row["Bảng"], row["Tên"]): row for row in table(sample, "oanh")}
    whole = found["Tất cả", "Toàn xã"]
    agree(whole, people)
    titles = {"nguoi-dan": "Kỹ năng số cho người dân", "can-bo": "Kỹ năng số cho cán bộ"}
    for code, title in titles.items():
        own = [one for one in people if one[0] == code]
        agree(found["Theo chương trình", title], own)
    classes = {
        key[1].rsplit("(", 1)[1][:-1]: row for key, row in found.items() if key[0] == "Theo lớp"
    }
    assert len(classes) == 15
    for code, row in classes.items():
        agree(row, [one for one in people if one[1] == code])


def test_the_sample_shows_a_plausible_gain_and_some_who_dropped_out(sample: Place) -> None:
    whole = table(sample, "oanh")[0]
    assert 35 < float(whole["Đầu khóa (%)"]) < 55
    assert 70 < float(whole["Cuối khóa (%)"]) < 88
    assert float(whole["Khoảng 95% từ"]) > 15
    assert int(whole["Chỉ làm đầu khóa"]) > 20
    assert int(whole["Chỉ làm cuối khóa"]) > 0


@pytest.mark.long
def test_a_rebuild_of_the_sample_keeps_the_state_the_ids_and_every_figure(sample: Place) -> None:
    figures_before = table(sample, "oanh")
    before = state(sample)
    output = sample.ok("ledger", "rebuild")
    assert before[0] in output
    assert "Khác với trước" not in output
    assert state(sample) == before
    assert table(sample, "oanh") == figures_before


def test_a_trainer_sees_the_own_classes_only(sample: Place) -> None:
    labels = {row["Tên"] for row in table(sample, "tuan") if row["Bảng"] == "Theo lớp"}
    assert {label.rsplit("(", 1)[1][:-1] for label in labels} == {
        "CB01",
        "ND03",
        "CB02",
        "ND06",
        "CB03",
        "HS01",
        "LD01",
    }
