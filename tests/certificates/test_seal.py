"""The digital seal: valid for whom trusts its issuer, broken by any change, refused in clear words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.status import SignatureCoverageLevel

from certificates import sealing_files
from certificates.paper.assembler import draw
from certificates.sealing import Seal, seal_of
from certificates.sealing_key import SealUnfit, owner, read, require_fit
from lms.core import clock
from lms.core.keys import make_keys
from tests.certificates.seals import (
    BETWEEN,
    END,
    PASSPHRASE,
    START,
    Key,
    Wish,
    accepted,
    added,
    authority,
    certificate,
    elliptic,
    judged,
    later,
    named,
    p12,
    packed,
    rsa_key,
    signed_places,
)
from tests.certificates.sheets import hardest
from tests.certificates.work import TODAY

pytestmark = pytest.mark.pure
KEYS = make_keys()
SERVER = ExtendedKeyUsageOID.SERVER_AUTH


@pytest.fixture(scope="module")
def plain() -> bytes:
    return draw(hardest()).file


def sealed(plain: bytes, data: bytes, where: str = "xã Tân Bình Thượng, Tỉnh Mẫu") -> bytes:
    with clock.frozen(TODAY):
        return plain + Seal.of(read(data, PASSPHRASE)).increment(plain, where)


@pytest.fixture(scope="module")
def whole(plain: bytes) -> bytes:
    return sealed(plain, p12())


@pytest.mark.parametrize("make", [elliptic, rsa_key])
def test_a_sealed_file_is_valid_for_whom_trusts_the_issuer(
    plain: bytes, make: Callable[[], Key]
) -> None:
    file = sealed(plain, p12(Wish(make())))
    told = judged(file, TODAY)
    assert (told.intact, told.valid, told.trusted, told.bottom_line) == (True,) * 4
    assert told.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert file.startswith(plain)
    assert len(file) - len(plain) < 8_000


def test_the_seal_says_who_where_why_and_when(whole: bytes) -> None:
    (signature,) = PdfFileReader(BytesIO(whole)).embedded_signatures
    said = signature.sig_object
    assert said["/SubFilter"] == "/ETSI.CAdES.detached"
    assert said["/Name"] == "UBND xã Tân Bình Thượng"
    assert said["/Location"] == "xã Tân Bình Thượng, Tỉnh Mẫu"
    assert said["/Reason"] == "Cấp giấy chứng nhận hoàn thành"
    assert signature.self_reported_timestamp == TODAY
    assert signature.sig_field["/TU"] == "Dấu số của nơi cấp"
    assert [float(edge) for edge in signature.sig_field["/Rect"]] == [0, 0, 0, 0]
    assert signature.docmdp_level is MDPPerm.NO_CHANGES


def test_the_chain_goes_along_and_strangers_and_the_root_stay_out(plain: bytes) -> None:
    own, between = certificate(Wish(), BETWEEN), certificate(BETWEEN)
    stranger = certificate(Wish(elliptic("stranger"), named("Người lạ")))
    file = sealed(plain, packed(elliptic(), own, [authority(), stranger, between]))
    assert judged(file, TODAY).bottom_line
    (signature,) = PdfFileReader(BytesIO(file)).embedded_signatures
    assert [one.subject.native["common_name"] for one in signature.other_embedded_certs] == [
        "Nơi cấp chứng thư thử, cấp dưới"
    ]


def test_nobody_trusts_a_seal_of_an_unknown_issuer(plain: bytes) -> None:
    other = Wish(
        elliptic("other"), named("Nơi cấp khác"), uses=("key_cert_sign",), is_authority=True
    )
    told = judged(sealed(plain, packed(elliptic(), certificate(Wish(), other), [])), TODAY)
    assert (told.intact, told.valid, told.trusted) == (True, True, False)


def test_any_bit_that_is_changed_breaks_the_seal(whole: bytes) -> None:
    dice = Random(20261122)
    before, after = signed_places(whole)
    places = [*dice.sample(before, 16), *dice.sample(after, 8)]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        assert not accepted(bytes(changed), TODAY), place
    assert accepted(whole, TODAY)


def test_another_certificate_s_seal_does_not_fit(whole: bytes, plain: bytes) -> None:
    other = plain.replace(b"Title<FEFF", b"Title<FEFE", 1)
    assert len(other) == len(plain) != other
    assert not accepted(other + whole[len(plain) :], TODAY)


def test_what_is_added_after_the_seal_is_seen(whole: bytes) -> None:
    told = judged(added(whole), TODAY)
    assert (told.intact, told.bottom_line) == (True, False)
    assert told.coverage is not SignatureCoverageLevel.ENTIRE_FILE


def refused(data: bytes, passphrase: str = PASSPHRASE, at: datetime = TODAY) -> str:
    with pytest.raises(SealUnfit) as caught:
        require_fit(read(data, passphrase).certificate, at)
    return caught.value.message


def without(*, key: Key | None, own: bool) -> bytes:
    return packed(key, None, [authority(), certificate(Wish())] if own else [])


UNFIT: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "không phải tệp PKCS#12"),
    "pem": (lambda: b"-----BEGIN CERTIFICATE-----", "không phải tệp PKCS#12"),
    "pdf": (lambda: b"%PDF-1.7\n", "không phải tệp PKCS#12"),
    "cut": (lambda: p12()[:500], "không phải tệp PKCS#12"),
    "huge": (lambda: p12() + bytes(300_000), "không phải tệp PKCS#12"),
    "wrong": (lambda: p12(passphrase="khác"), "Mật khẩu của tệp chưa đúng"),
    "open": (lambda: p12(passphrase=""), "Mật khẩu của tệp chưa đúng"),
    "no key": (lambda: without(key=None, own=True), "không có khóa riêng"),
    "no certificate": (lambda: without(key=elliptic(), own=False), "không có chứng thư của khóa"),
    "another's": (lambda: without(key=elliptic("lonely"), own=True), "không có chứng thư của khóa"),
    "short RSA": (lambda: p12(Wish(rsa_key(1024))), "Loại khóa này không đóng dấu được"),
    "Ed25519": (lambda: p12(Wish(Ed25519PrivateKey.generate())), "Loại khóa này không đóng dấu được"),
    "not to sign": (lambda: p12(Wish(uses=("key_encipherment",))), "không được cấp để ký"),
    "a server's": (lambda: p12(Wish(purposes=(SERVER,))), "không được cấp để ký"),
    "authority": (lambda: p12(Wish(is_authority=True)), "để cấp chứng thư khác"),
    "expired": (lambda: p12(Wish(end=datetime(2026, 11, 1, tzinfo=UTC))), "đã hết hạn ngày 01/11/2026"),
    "early": (lambda: p12(Wish(start=datetime(2026, 12, 1, tzinfo=UTC))), "có hiệu lực từ ngày 01/12/2026"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_seal_is_refused_in_clear_words(case: str) -> None:
    data, said = UNFIT[case]
    assert said in refused(data())


def test_of_two_certificates_of_one_key_the_renewed_one_seals() -> None:
    old, new = certificate(Wish(end=TODAY - timedelta(days=1))), certificate(Wish())
    for first, second in ((old, new), (new, old)):
        material = read(packed(elliptic(), first, [second]), PASSPHRASE)
        assert material.certificate == new


def test_a_certificate_of_a_common_name_and_a_body_is_called_by_both() -> None:
    assert owner(named("Dấu số", "UBND xã Tân Bình Thượng")) == "Dấu số, UBND xã Tân Bình Thượng"
    assert owner(authority().issuer) == "Nơi cấp chứng thư thử"


# The key as it is kept.


def test_the_key_is_kept_for_the_service_alone(tmp_path: Path) -> None:
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", KEYS, p12(), PASSPHRASE)
        sealing_files.keep(tmp_path, "TBT", KEYS, p12(), PASSPHRASE)
        assert seal_of("TBT", tmp_path, KEYS) is not None
        assert seal_of("KHA", tmp_path, KEYS) is None
        assert seal_of("TBT", None, KEYS) is None
    path = sealing_files.place(tmp_path, "TBT")
    assert [one.name for one in tmp_path.iterdir()] == ["seal-TBT.json"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert PASSPHRASE not in path.read_text(encoding="utf-8")
    assert PASSPHRASE.encode().hex() not in path.read_text(encoding="utf-8")


def opened_wrongly(tmp_path: Path, code: str = "TBT") -> str:
    with clock.frozen(TODAY), pytest.raises(SealUnfit) as caught:
        seal_of(code, tmp_path, KEYS)
    return caught.value.message


def test_a_kept_key_opens_only_here_and_only_as_it_was_set(tmp_path: Path) -> None:
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", make_keys(), p12(), PASSPHRASE)
    assert "không mở được bằng bộ khóa" in opened_wrongly(tmp_path)
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", KEYS, p12(), PASSPHRASE)
    path = sealing_files.place(tmp_path, "TBT")
    sealing_files.place(tmp_path, "KHA").write_bytes(path.read_bytes())
    assert "không mở được bằng bộ khóa" in opened_wrongly(tmp_path, "KHA")
    told = json.loads(path.read_text(encoding="utf-8"))
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", KEYS, p12(Wish(elliptic("thief"))), PASSPHRASE)
    other = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | {"p12": other["p12"]}), encoding="utf-8")
    assert "không mở được bằng bộ khóa" in opened_wrongly(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"p12": "!!"}', '{"p12": "", "passphrase": 1}'])
def test_a_damaged_file_is_told_and_not_taken(tmp_path: Path, text: str) -> None:
    sealing_files.place(tmp_path, "TBT").write_text(text, encoding="utf-8")
    assert "không đọc được" in opened_wrongly(tmp_path)
    assert "không đọc được" in sealing_files.remark(tmp_path, "TBT")


@pytest.mark.parametrize(
    ("at", "well", "said"),
    [
        (later(61), True, "dùng được đến ngày 31/12/2028"),
        (later(59), False, "hết hạn ngày 31/12/2028: hãy xin chứng thư mới"),
        (later(-1), False, "đã hết hạn ngày 31/12/2028"),
        (START - timedelta(days=1), False, "có hiệu lực từ ngày"),
    ],
)
def test_the_doctor_speaks_of_the_end_sixty_days_before(
    tmp_path: Path, at: datetime, well: bool, said: str
) -> None:
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", KEYS, p12(), PASSPHRASE)
    with clock.frozen(at):
        told = sealing_files.health(tmp_path, "TBT", KEYS)
        assert sealing_files.health(tmp_path, "KHA", KEYS) is None
        assert ("chỉ được đóng lúc cấp" in sealing_files.remark(tmp_path, "TBT")) == (
            START <= at <= END
        )
        assert sealing_files.remark(tmp_path, "KHA") == ""
    assert told is not None
    assert (told[0], said in told[1]) == (well, True), told


def test_the_doctor_sees_a_key_that_others_can_read(tmp_path: Path) -> None:
    with clock.frozen(TODAY):
        sealing_files.keep(tmp_path, "TBT", KEYS, p12(), PASSPHRASE)
        sealing_files.place(tmp_path, "TBT").chmod(0o644)
        told = sealing_files.health(tmp_path, "TBT", KEYS)
    assert told is not None
    assert not told[0]
    assert "chmod 600" in told[1]
