"""The class diary: what was taught, by whom; two who write at once lose nothing."""

from datetime import UTC, date, datetime

import pytest

from lms.cohorts.diary import clean_lines
from lms.cohorts.models import ClassSession
from lms.core import clock
from lms.core.db import Database
from lms.core.ids import uuid7
from tests.cast import Cast
from tests.cohorts.conftest import Browser

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.pure
def test_lines_stay_lines_and_odd_signs_go() -> None:
    assert clean_lines("  Học QR \r\n\r\n\r\n\r\nÔn\u200b lại\r") == "Học QR\n\nÔn lại"
    assert clean_lines(" \n \n") == ""


@pytest.mark.db
def test_two_who_write_one_page_see_both_and_lose_nothing(
    browser: Browser, cast: Cast, database: Database
) -> None:
    trang, oanh = browser(staff="trang"), browser(staff="oanh")
    path = f"/buoi-hoc/{cast['k1_buoi']}/nhat-ky"
    with clock.frozen(NOW):
        first = {"diary": "Học quét mã QR.\nBác Tư cần ôn lại.", "revision": "1"}
        for _ in range(2):
            assert trang.post(path, data=first).status_code == 303
        shown = oanh.post(path, data={"diary": "Cả lớp học rất vui.", "revision": "1"})
        assert shown.status_code == 409
        assert "Bác Tư cần ôn lại." in shown.text
        assert "Cả lớp học rất vui." in shown.text
        assert "Trang, 08:00 23/11/2026" in shown.text
        both = {"diary": "Học quét mã QR. Cả lớp học rất vui.", "revision": "2"}
        assert oanh.post(path, data=both).status_code == 303
        page = trang.get(f"/lop-hoc/{cast['k1']}/so-dau-bai").text
        assert "Học quét mã QR. Cả lớp học rất vui." in page.split('class="sheet print-only"')[1]
        assert "Oanh ghi lúc 08:00" in trang.get(path).text
        too_long = oanh.post(path, data={"diary": "á" * 4001, "revision": "3"})
        assert (too_long.status_code, "viết gọn" in too_long.text) == (422, True)


@pytest.mark.db
def test_nothing_is_written_of_a_meeting_to_come_or_a_cancelled_one(
    browser: Browser, cast: Cast, database: Database
) -> None:
    with database.write() as session:
        coming, off = (
            ClassSession(commune_id=cast["TBT"], id=uuid7(), cohort_id=cast["k1"], number=n,
                         planned_on=day, cancelled_at=gone, cancel_reason="Mất điện")
            for n, day, gone in ((2, date(2026, 11, 30), None), (3, date(2026, 11, 23), NOW))
        )  # fmt: skip
        session.add_all([coming, off])
    trang = browser(staff="trang")
    with clock.frozen(NOW):
        for row in (coming, off):
            form = {"diary": "Đã dạy", "revision": "1"}
            assert trang.post(f"/buoi-hoc/{row.id}/nhat-ky", data=form).status_code == 409
            assert trang.get(f"/buoi-hoc/{row.id}/nhat-ky").status_code == 200
        assert "Đã hủy: Mất điện" in trang.get(f"/lop-hoc/{cast['k1']}/so-dau-bai").text
