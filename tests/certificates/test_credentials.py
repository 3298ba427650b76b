"""Credentials: one set of claims in two forms, canonical as PyLD writes it, proven by the issuer's keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from pyld import jsonld

from certificates.credentials import did as dids
from certificates.credentials import signing, status, terms
from certificates.credentials.encoding import (
    b64url,
    base58,
    read_b64url,
    read_base58,
    read_multikey,
)
from certificates.credentials.quads import WrongShape, canonical
from certificates.credentials.terms import LINK, Node, Term
from certificates.credentials.verify import Outcome, Refused, read
from lms.core import clock
from lms.core.errors import Invalid
from lms.core.keys import make_keys
from tests.certificates.credential import (
    AT,
    BASE,
    CLAIMS,
    KEYS,
    claims_like,
    made,
    parsed,
    trusting,
)

pytestmark = pytest.mark.pure

LETTERS = (
    "Nguyễn Thị Đào",
    "H'Bia Êban",
    "Kră Jăn Y Ƀhăm",
    "Thạch “Sa” \\ Phát",
    "Đ",
    "Lý\tSử",
    "Ƶ" * 60,
)


def context_of(node: Node) -> dict[str, Any]:
    """The JSON-LD context that our table of words stands for."""
    words = {word: _word(term) for word, term in node.terms.items()}
    return {"id": "@id", "type": "@type", **words}


def _types(node: Node, found: dict[str, Any]) -> dict[str, Any]:
    for name, iri in node.types.items():
        own = context_of(node) if list(node.types)[-1] == name else {}
        found[name] = {"@id": iri, "@context": own}
    for term in node.terms.values():
        if term.node is not None:
            _types(term.node, found)
    return found


def _word(term: Term) -> dict[str, Any]:
    kind = "@vocab" if term.words and term.kind == LINK else "@id" if term.kind == LINK else None
    kind = term.datatype or kind
    scoped = {"@context": dict(term.words)} if kind == "@vocab" else {}
    if term.node is not None and not term.node.types:
        scoped = {"@context": context_of(term.node)}
    return {"@id": term.iri, **({"@type": kind} if kind else {}), **scoped}


def by_pyld(document: dict[str, Any], node: Node) -> str:
    context = {"id": "@id", "type": "@type", **_types(node, {})}
    options = {"algorithm": "URDNA2015", "format": "application/n-quads"}
    return str(jsonld.normalize({"@context": context, **document}, options))


@pytest.mark.parametrize("name", LETTERS)
def test_what_is_signed_is_what_a_general_processor_signs(name: str) -> None:
    document = parsed(
        made(claims_like(name=name, where=f"Nhà {name}", replaces="000001/2026/TBT"))["ld"]
    )
    proof = document.pop("proof")
    del document["@context"], proof["proofValue"]
    assert canonical(document, terms.BADGE) == by_pyld(document, terms.BADGE)
    assert canonical(proof, terms.PROOF) == by_pyld(proof, terms.PROOF)


def test_two_parts_that_say_the_same_have_no_names_to_tell_them_apart() -> None:
    document = parsed(made()["ld"])
    del document["@context"], document["proof"]
    document["credentialSubject"]["result"] *= 2
    with pytest.raises(WrongShape, match="two parts"):
        canonical(document, terms.BADGE)


def test_a_list_of_withdrawals_is_canonical_too() -> None:
    register = status.Register(40, frozenset({7, 9}))
    document = status.unsigned(
        register, f"{BASE}/xa/TBT/tinh-trang/2026/revocation", BASE, "TBT", AT
    )
    del document["@context"]
    assert canonical(document, terms.STATUS_LIST) == by_pyld(document, terms.STATUS_LIST)


@pytest.mark.parametrize("form", ["jwt", "ld"])
@pytest.mark.parametrize("name", LETTERS)
def test_both_forms_prove_the_same_claims(form: str, name: str) -> None:
    with clock.frozen(AT):
        proven = read(made(claims_like(name=name))[form], trusting())
    said = proven.credential
    assert proven.form == form
    assert said["credentialSubject"]["identifier"][0]["identityHash"] == name
    assert said["credentialSubject"]["licenseNumber"] == CLAIMS.number
    assert said["issuer"]["id"] == "did:web:lop.tanbinhthuong.example:xa:TBT"
    assert said["id"].startswith(f"{BASE}/gcn/TBT.")
    assert [one["statusListIndex"] for one in said["credentialStatus"]] == ["7", "7"]


def test_a_holder_has_another_id_in_each_certificate_and_no_birth_is_told() -> None:
    first, second = made()["ld"], made()["ld"]
    ids = [parsed(text)["credentialSubject"]["id"] for text in (first, second)]
    assert ids[0] != ids[1]
    assert all(UUID(one.removeprefix("urn:uuid:")).version == 4 for one in ids)
    assert "1961" not in first


def test_no_competence_is_given_an_address_that_nobody_knows() -> None:
    said = parsed(made()["ld"])["credentialSubject"]["achievement"]
    assert "alignment" not in said
    assert said["tag"] == ["Dùng điện thoại", "Gọi video", "digcomp-2-2:2.1"]


def test_the_token_has_the_header_and_claims_that_open_badges_ask_for() -> None:
    head, payload, _signature = made()["jwt"].split(".")
    header, said = (parsed(read_b64url(part).decode()) for part in (head, payload))
    assert header == {"alg": "EdDSA", "typ": "JWT", "kid": header["kid"]}
    assert header["kid"] == f"{said['issuer']['id']}#{signing.signer_of(KEYS).key.kid}-jwk"
    assert {word: said[word] for word in ("iss", "jti", "sub", "nbf")} == {
        "iss": said["issuer"]["id"],
        "jti": said["id"],
        "sub": said["credentialSubject"]["id"],
        "nbf": 1795230000,
    }


@pytest.mark.parametrize(
    ("base", "did"),
    [
        ("https://lop.xa.example", "did:web:lop.xa.example:xa:TBT"),
        ("https://LOP.xa.example:8443", "did:web:lop.xa.example%3A8443:xa:TBT"),
        ("http://192.168.1.5:8000", "did:web:192.168.1.5%3A8000:xa:TBT"),
        ("https://xa.example/lop/so", "did:web:xa.example:lop:so:xa:TBT"),
        ("https://lớp.example", "did:web:xn--lp-ebt.example:xa:TBT"),
        ("http://a..b:99999", "did:web:a..b%3A99999:xa:TBT"),
        ("http://[::1]:8000", "did:web:%5B%3A%3A1%5D%3A8000:xa:TBT"),
    ],
)
def test_an_issuer_s_name_is_its_address_and_its_commune(base: str, did: str) -> None:
    assert dids.did_of(base, "TBT") == did
    assert dids.short_code_of(did) == "TBT"


@pytest.mark.parametrize(
    "did", ["did:key:z6Mk", "did:web:xa:TBT", "did:web:a.example:TBT", "", "x"]
)
def test_another_s_name_names_no_commune(did: str) -> None:
    assert dids.short_code_of(did) is None


def test_the_document_holds_every_key_twice_and_is_read_back() -> None:
    old = dids.PublicKey(signing.signer_of(make_keys()).key.public, AT)
    new = signing.signer_of(KEYS).key
    data = dids.document("did:web:a.example:xa:TBT", [new, old])
    kinds = [one["type"] for one in data["verificationMethod"]]
    assert kinds == ["Multikey", "JsonWebKey"] * 2
    assert data["assertionMethod"] == [one["id"] for one in data["verificationMethod"]]
    assert read_multikey(data["verificationMethod"][0]["publicKeyMultibase"]) == new.public
    assert dids.read_document(data) == ("did:web:a.example:xa:TBT", {new.kid: new, old.kid: old})


def test_a_key_is_named_by_its_thumbprint_as_rfc_8037_has_it() -> None:
    """The key and the thumbprint of RFC 8037, appendix A.2 and A.3."""
    public = read_b64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
    assert dids.PublicKey(public).kid == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0a", b"abc" * 20, bytes(range(64))])
def test_bytes_come_back_from_their_one_spelling(data: bytes) -> None:
    assert read_base58(base58(data)) == data
    assert read_b64url(b64url(data)) == data


@pytest.mark.parametrize("text", ["AB", "A", "AAA=", "A A", "A+", "é", "AAAAAB"])
def test_a_second_spelling_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_b64url(text)


def test_a_retired_key_proves_what_it_signed_and_nothing_later() -> None:
    text = made()
    for form in ("jwt", "ld"):
        with clock.frozen(AT):
            read(text[form], trusting(until=AT + timedelta(seconds=1)))
            with pytest.raises(Refused) as refused:
                read(text[form], trusting(until=AT))
        assert refused.value.outcome is Outcome.FORGED


@pytest.mark.parametrize("base", ["", "lop", "https://lop xa.example", "https://a.example/<x>"])
def test_an_address_that_is_none_is_named(base: str) -> None:
    with pytest.raises(Invalid, match="LMS_PUBLIC_URL"):
        made(base=base)


def test_who_is_not_known_is_not_called_a_forger() -> None:
    with pytest.raises(Refused) as refused:
        read(made()["jwt"], trusting(code="KHA"))
    assert refused.value.outcome is Outcome.UNKNOWN
