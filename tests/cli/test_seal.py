"""`lms certificates seal-…`: the commune's seal is set, shown, looked after and taken away."""

from datetime import timedelta

import pytest
from click.testing import Result
from sqlalchemy import select

from certificates import sealing_files
from lms.core import clock
from lms.core.audit import AuditEntry
from tests.certificates.seals import PASSPHRASE, START, Wish, elliptic, later, named, p12
from tests.cli.place import Place

pytestmark = pytest.mark.db
NOW = START + timedelta(days=30)


SEAL = ("--commune", "TBT", "certificates")


def set_seal(village: Place, wish: Wish, passphrase: str = PASSPHRASE) -> Result:
    """Put a file beside the data and set the seal from it."""
    file = village.data.parent / "con-dau.p12"
    file.write_bytes(p12(wish))
    return village.run(*SEAL, "seal-set", file, given=f"{passphrase}\n")


def test_a_seal_is_set_shown_renewed_and_removed(village: Place) -> None:
    place = sealing_files.place(village.settings.keys, "TBT")
    with clock.frozen(NOW):
        assert "Mật khẩu của tệp chưa đúng" in set_seal(village, Wish(), "x").output
        assert "xã Tân Bình Thượng chưa đặt dấu số" in village.ok(*SEAL, "seal-show")
        said = set_seal(village, Wish()).output
        assert "Đã đặt dấu số của xã Tân Bình Thượng" in said
        assert "Dùng đến:    31/12/2028 (P-256)" in said
        assert PASSPHRASE not in said
        set_seal(village, Wish(elliptic("new"), named("UBND, khóa mới")))
        shown = village.ok(*SEAL, "seal-show")
        assert "Chứng thư:   UBND, khóa mới" in shown
        assert "Nơi bảo đảm: Nơi cấp chứng thư thử" in shown
        assert "Đã đóng dấu: 0 giấy" in shown
        assert "Dấu dùng được." in shown
    with clock.frozen(later(-2)):
        assert "đã hết hạn ngày 31/12/2028" in village.refused(*SEAL, "seal-show")
    assert "Đã dừng" in village.refused(*SEAL, "seal-remove", given="n\n")
    assert place.exists()
    assert "Đã gỡ dấu số" in village.ok(*SEAL, "seal-remove", "--yes")
    assert "không có gì để gỡ" in village.ok(*SEAL, "seal-remove", "--yes")
    assert not place.exists()
    with village.looking() as session:
        told = [one.body for one in session.scalars(select(AuditEntry).order_by(AuditEntry.seq))]
    seals = [body for body in told if '"seal"' in body]
    assert ['"set"' in body for body in seals] == [True, True, False]
    assert PASSPHRASE not in "".join(seals)


def test_the_doctor_looks_at_every_commune_s_seal(village: Place) -> None:
    assert "Không dùng dấu số cho giấy chứng nhận." in village.run("doctor").output
    with clock.frozen(NOW):
        set_seal(village, Wish())
        assert "✔ Dấu số TBT dùng được đến ngày 31/12/2028." in village.run("doctor").output
    with clock.frozen(later(20)):
        assert "✘ Dấu số TBT hết hạn ngày 31/12/2028" in village.run("doctor").output
