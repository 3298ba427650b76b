"""Forgeries of a credential, each of which is refused; the long campaign is soak/soak_credentials.py."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest

from certificates.credentials import signing, status
from certificates.credentials.status import Bits, Register, encoded
from certificates.credentials.verify import Outcome, Refused, read
from lms.core import clock
from lms.core.keys import make_keys
from tests.certificates.credential import AT, BASE, KEYS, claims_like, made, trusting
from tests.certificates.forgeries import Material, all_forgeries

pytestmark = pytest.mark.pure


def material(seed: int) -> Material:
    lan, hung = made(), made(claims_like(name="Trần Văn Hùng", number="000008/2026/TBT"))
    return Material(
        lan["jwt"], lan["ld"], hung["jwt"], hung["ld"],
        signing.signer_of(KEYS), signing.signer_of(make_keys()), Random(seed),
    )  # fmt: skip


def test_no_forgery_is_believed(record_property: Callable[[str, object], None]) -> None:
    tried, outcomes = Counter[str](), Counter[str]()
    trusted = trusting()
    with clock.frozen(AT):
        for forgery in all_forgeries(material(20261121)):
            tried[forgery.what] += 1
            try:
                read(forgery.text, trusted)
            except Refused as refused:
                outcomes[refused.outcome] += 1
                continue
            outcomes[f"believed: {forgery.what}"] += 1
    assert set(outcomes) == {Outcome.FORGED, Outcome.UNKNOWN}
    assert tried["bit of a token's signature"] == 86 * 6
    assert tried["bit of a proof"] == 512
    assert len(tried) > 70
    record_property("count: certificate forgeries, believed 0", tried.total())


def test_what_begins_tomorrow_is_not_believed_today() -> None:
    texts = made()
    for form in ("jwt", "ld"):
        with clock.frozen(AT - timedelta(minutes=6)), pytest.raises(Refused, match="tương lai"):
            read(texts[form], trusting())


def listed(register: Register, form: str = "ld", purpose: str = "revocation") -> str:
    address = f"{BASE}/xa/TBT/tinh-trang/2026/{purpose}"
    unsigned = status.unsigned(register, address, BASE, "TBT", AT)
    return status.signed(unsigned, signing.signer_of(KEYS), form).decode()


@pytest.mark.parametrize("form", ["jwt", "ld"])
def test_a_list_is_no_certificate_and_a_certificate_is_no_list(form: str) -> None:
    with clock.frozen(AT):
        assert read(listed(Register(9, frozenset()), form), trusting(), "list").form == form
        for text, kind in (
            (listed(Register(9, frozenset()), form), "badge"),
            (made()[form], "list"),
        ):
            with pytest.raises(Refused) as refused:
                read(text, trusting(), kind)
            assert refused.value.outcome is Outcome.FORGED


@pytest.mark.parametrize(
    ("register", "size"),
    [
        (Register(1, frozenset()), 131_072),
        (Register(131_071, frozenset({131_071})), 131_072),
        (Register(131_072, frozenset({131_072, 7})), 262_144),
    ],
)
def test_every_number_has_a_place_and_only_the_withdrawn_are_marked(
    register: Register, size: int
) -> None:
    bits = Bits(encoded(register))
    assert len(bits.bits) * 8 == size
    assert {place for place in range(size) if bits[place]} == register.withdrawn


@pytest.mark.parametrize(
    "text", ["", "u", "uAAAA", "zAAAA", encoded(Register(1, frozenset()))[:-8]]
)
def test_a_broken_list_is_no_list(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Bits(text)


def test_a_list_that_swells_is_given_up() -> None:
    import gzip

    from certificates.credentials.encoding import b64url

    with pytest.raises(ValueError, match="whole"):
        Bits("u" + b64url(gzip.compress(bytes(9_000_000))))


@pytest.mark.parametrize("purpose", ["revocation", "suspension"])
def test_a_withdrawn_one_is_seen_on_its_list_and_on_no_other(purpose: str) -> None:
    with clock.frozen(AT):
        said = read(made()["ld"], trusting()).credential
        lists = {}
        for one in ("revocation", "suspension"):
            marked = frozenset({7} if one == purpose else {8})
            proven = read(listed(Register(9, marked), purpose=one), trusting(), "list")
            lists[str(proven.credential["id"])] = proven.credential
    assert status.withdrawn_by(said, lists) == purpose
    for missing in lists:
        rest = {address: one for address, one in lists.items() if address != missing}
        if missing.endswith("revocation") or purpose == "suspension":
            with pytest.raises(KeyError):
                status.withdrawn_by(said, rest)


def test_a_list_of_another_commune_or_purpose_withdraws_nothing() -> None:
    with clock.frozen(AT):
        said = read(made()["ld"], trusting()).credential
        lists = {}
        for one in ("revocation", "suspension"):
            proven = read(listed(Register(9, frozenset({7})), purpose=one), trusting(), "list")
            lists[str(proven.credential["id"])] = proven.credential
    swapped = dict(zip(lists, reversed(lists.values()), strict=True))
    foreign = {at: {**one, "issuer": "did:web:a.example:xa:KHA"} for at, one in lists.items()}
    for wrong in (swapped, foreign, {}):
        with pytest.raises(KeyError):
            status.withdrawn_by(said, wrong)
