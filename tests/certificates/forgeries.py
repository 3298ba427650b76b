"""What a forger would try with a credential: bits, keys, algorithms, contexts, words, and proofs of others."""

from __future__ import annotations

import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from certificates.credentials import signing
from certificates.credentials.encoding import b64url, base58, read_b64url, read_base58
from certificates.credentials.signing import Signer
from certificates.credentials.terms import BADGE, Node

BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True)
class Forgery:
    """One attempt. `everywhere`: other libraries must refuse it too, not only we, who are stricter."""

    what: str
    text: str
    everywhere: bool = True


@dataclass(frozen=True)
class Material:
    """What a forger holds: a credential in both forms, somebody else's, and a key of no issuer."""

    jwt: str
    ld: str
    other_jwt: str
    other_ld: str
    issuer: Signer
    intruder: Signer
    dice: Random


def all_forgeries(material: Material, flips: int = 40) -> Iterator[Forgery]:
    """Every kind. `flips`: how many bits of header, payload and JSON are tried; those of signatures are all."""
    yield from _token_bits(material, flips)
    yield from _token_keys(material)
    yield from _token_algorithms(material)
    yield from _token_words(material)
    yield from _json_bits(material, flips)
    yield from _json_proofs(material)
    yield from _json_words(material)
    yield from _json_contexts(material)


def _flip_letter(text: str, place: int, bit: int) -> str:
    turned = BASE64[BASE64.index(text[place]) ^ 1 << bit]
    return text[:place] + turned + text[place + 1 :]


def _token_bits(m: Material, flips: int) -> Iterator[Forgery]:
    head, payload, signature = m.jwt.split(".")
    for place in range(len(signature)):
        for bit in range(6):
            # The last letter has four bits that many readers never look at.
            unread = place == len(signature) - 1 and bit < 4
            turned = _flip_letter(signature, place, bit)
            yield Forgery("bit of a token's signature", f"{head}.{payload}.{turned}", not unread)
    for _ in range(flips):
        place, bit = m.dice.randrange(len(payload) - 1), m.dice.randrange(6)
        turned = _flip_letter(payload, place, bit)
        yield Forgery("bit of a token's payload", f"{head}.{turned}.{signature}")
        place, bit = m.dice.randrange(len(head) - 1), m.dice.randrange(6)
        turned = _flip_letter(head, place, bit)
        yield Forgery("bit of a token's header", f"{turned}.{payload}.{signature}")


def _encoded(value: Any) -> str:
    return b64url(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    head, payload, _signature = token.split(".")
    return json.loads(read_b64url(head)), json.loads(read_b64url(payload))


def _token(header: Any, payload: Any, sign: Callable[[bytes], bytes]) -> str:
    signed = f"{_encoded(header)}.{_encoded(payload)}"
    return f"{signed}.{b64url(sign(signed.encode()))}"


def _jwk(signer: Signer) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": b64url(signer.key.public)}


def _token_keys(m: Material) -> Iterator[Forgery]:
    header, payload = _opened(m.jwt)
    did = payload["iss"]
    bad, good = m.intruder.private.sign, m.issuer.private.sign
    own, theirs = header["kid"], f"{did}#{m.intruder.key.kid}-jwk"
    yield Forgery("another key under the issuer's kid", _token(header, payload, bad))
    yield Forgery("a kid of its own", _token(header | {"kid": theirs}, payload, bad))
    embedded = header | {"jwk": _jwk(m.intruder)}
    yield Forgery("a key brought along", _token(embedded, payload, bad))
    alone = {word: value for word, value in embedded.items() if word != "kid"}
    yield Forgery("a key brought along instead of a kid", _token(alone, payload, bad))
    yield Forgery("an address of keys", _token(header | {"jku": "https://a.example"}, payload, bad))
    yield Forgery(
        "another commune's kid", _token(header | {"kid": own.replace("TBT", "KHA")}, payload, good)
    )
    for kid in ("", own.partition("#")[2], own.removesuffix("-jwk"), 7, None, [own]):
        yield Forgery("an odd kid", _token(header | {"kid": kid}, payload, bad))
    moved = payload | {"issuer": payload["issuer"] | {"id": did.replace("TBT", "KHA")}}
    yield Forgery("the name of another commune", _token(header, moved, bad))
    yield Forgery(
        "another holder's signature", f"{m.jwt.rpartition('.')[0]}.{m.other_jwt.split('.')[2]}"
    )


def _token_algorithms(m: Material) -> Iterator[Forgery]:
    header, payload = _opened(m.jwt)
    curve = ec.generate_private_key(ec.SECP256R1())
    for name in ("none", "None", "NONE", "nOnE", ""):
        yield Forgery(
            f"alg {name or 'empty'}", _token(header | {"alg": name}, payload, lambda _data: b"")
        )
        signature = m.jwt.split(".")[2]
        kept = _token(header | {"alg": name}, payload, lambda _data: b"").rpartition(".")[0]
        yield Forgery("alg none with the old signature", f"{kept}.{signature}")
    secrets = (
        m.issuer.key.public,
        b64url(m.issuer.key.public).encode(),
        json.dumps(_jwk(m.issuer)).encode(),
    )
    for secret in secrets:
        for name, digest in (("HS256", hashlib.sha256), ("HS512", hashlib.sha512)):
            sign = _hmac(secret, digest)
            yield Forgery(
                "alg HS with the public key", _token(header | {"alg": name}, payload, sign)
            )
    for name in ("ES256", "EdDSA"):
        signed = _token(
            header | {"alg": name}, payload, lambda data: curve.sign(data, ec.ECDSA(SHA256()))
        )
        yield Forgery("alg ES256", signed)
    for change in ({"alg": "Ed448"}, {"alg": ["EdDSA"]}, {"crit": ["b64"], "b64": False}):
        yield Forgery(
            "a header of another kind", _token(header | change, payload, m.intruder.private.sign)
        )


def _hmac(secret: bytes, digest: Any) -> Callable[[bytes], bytes]:
    return lambda data: hmac.new(secret, data, digest).digest()


def _token_words(m: Material) -> Iterator[Forgery]:
    """The issuer's own key under what does not agree with itself: who looks at less would believe it."""
    header, payload = _opened(m.jwt)
    good = m.issuer.private.sign
    later = {"nbf": payload["nbf"] + 1}
    for change in (
        {"sub": "urn:uuid:x"},
        {"jti": payload["jti"] + "A"},
        later,
        {"iss": "did:web:a.example:xa:TBT"},
    ):
        yield Forgery("claims that do not agree", _token(header, payload | change, good))
    for word in ("iss", "sub", "jti", "nbf"):
        less = {key: value for key, value in payload.items() if key != word}
        yield Forgery("a claim left out", _token(header, less, good))
    for odd in (
        {"alg": "HS256"},
        {"alg": "none"},
        {"typ": "at+jwt"},
        {"jwk": _jwk(m.issuer)},
        {"cty": "vc"},
    ):
        yield Forgery("an odd header, signed", _token(header | odd, payload, good))
    for change in ({"vc": payload}, {"exp": 9999999999}, {"awardedDate": "2026-11-21T00:00:00Z"}):
        yield Forgery(
            "a word of another kind", _token(header, payload | change, good), everywhere=False
        )
    for old, new in _doubled(payload):
        body = json.dumps(payload, ensure_ascii=False).replace(old, new, 1)
        signed = f"{_encoded(header)}.{b64url(body.encode())}"
        yield Forgery("a word written twice", f"{signed}.{m.jwt.split('.')[2]}")
        yield Forgery(
            "a word written twice, signed", f"{signed}.{b64url(good(signed.encode()))}", False
        )
    for tail in (".", "=", ".e30", " x", "\x00"):
        yield Forgery("something behind the token", m.jwt + tail, tail != "=")


def _doubled(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    name = said["credentialSubject"]["identifier"][0]["identityHash"]
    old = f'"identityHash": "{name}"'
    yield old, f'{old}, "identityHash": "Nguyễn Văn Giả"'
    old = f'"validFrom": "{said["validFrom"]}"'
    yield old, f'{old}, "validFrom": "2020-01-01T00:00:00Z"'


def _json_bits(m: Material, flips: int) -> Iterator[Forgery]:
    said = json.loads(m.ld)
    signature = read_base58(said["proof"]["proofValue"])
    for n in range(8 * len(signature)):
        turned = bytearray(signature)
        turned[n // 8] ^= 1 << n % 8
        proof = said["proof"] | {"proofValue": base58(bytes(turned))}
        yield Forgery("bit of a proof", json.dumps(said | {"proof": proof}))
    data = m.ld.encode()
    for _ in range(flips):
        turned = bytearray(data)
        turned[m.dice.randrange(len(data))] ^= 1 << m.dice.randrange(8)
        yield Forgery("bit of the JSON", turned.decode("utf-8", "surrogateescape"))


def _proved(credential: dict[str, Any], signer: Signer, node: Node = BADGE, **options: str) -> str:
    """A proof by this key over whatever the credential says, with these options."""
    bare = {word: value for word, value in credential.items() if word != "proof"}
    proof = {
        key: value for key, value in credential["proof"].items() if key != "proofValue"
    } | options
    signature = signer.private.sign(signing.signed_bytes(bare, node, proof))
    return json.dumps(bare | {"proof": proof | {"proofValue": base58(signature)}})


def _json_proofs(m: Material) -> Iterator[Forgery]:
    said, other = json.loads(m.ld), json.loads(m.other_ld)
    proof, did = said["proof"], said["issuer"]["id"]
    theirs = f"{did}#{m.intruder.key.kid}"
    yield Forgery("another key under the issuer's name", _proved(said, m.intruder))
    yield Forgery("a key of its own", _proved(said, m.intruder, verificationMethod=theirs))
    moved = proof["verificationMethod"].replace("TBT", "KHA")
    yield Forgery("another commune's key", _proved(said, m.issuer, verificationMethod=moved))
    yield Forgery("another holder's proof", json.dumps(said | {"proof": other["proof"]}))
    yield Forgery("another holder in the proof", json.dumps(other | {"proof": proof}))
    back = _proved(said, m.issuer, created="2020-01-01T00:00:00Z")
    yield Forgery("a proof of another day, signed", back, everywhere=False)
    changes: list[dict[str, Any]] = [
        {"proofPurpose": "authentication"}, {"proofPurpose": ["assertionMethod", "authentication"]},
        {"cryptosuite": "eddsa-jcs-2022"}, {"cryptosuite": "ecdsa-rdfc-2019"}, {"cryptosuite": "eddsa-2022"},
        {"type": "Ed25519Signature2020"}, {"created": "2020-01-01T00:00:00Z"}, {"proofValue": ""},
        {"proofValue": "z"}, {"proofValue": proof["proofValue"][1:]}, {"verificationMethod": did},
        {"domain": "https://a.example"}, {"challenge": "1"}, {"expires": "2020-01-01T00:00:00Z"},
    ]  # fmt: skip
    for change in changes:
        yield Forgery(
            f"a proof with another {next(iter(change))}",
            json.dumps(said | {"proof": proof | change}),
        )
    yield Forgery(
        "no proof", json.dumps({word: value for word, value in said.items() if word != "proof"})
    )
    yield Forgery("an empty proof", json.dumps(said | {"proof": {}}))
    yield Forgery("no proofs", json.dumps(said | {"proof": []}))
    yield Forgery(
        "two proofs", json.dumps(said | {"proof": [proof, other["proof"]]}), everywhere=False
    )


def _json_words(m: Material) -> Iterator[Forgery]:
    said = json.loads(m.ld)
    for what, change in _CHANGES.items():
        changed = deepcopy(said)
        change(changed)
        if changed != said:
            yield Forgery(what, json.dumps(changed, ensure_ascii=False))
    for old, new in _doubled(said):
        text = json.dumps(said, ensure_ascii=False)
        yield Forgery("a word written twice", text.replace(old, new, 1))
        first = new.split(", ")[1] + ", " + old
        yield Forgery("a word written twice, the true one last", text.replace(old, first, 1), False)
    for text in ("{}", "[]", "", "null", "{" * 100_000, '{"proof": NaN}', m.ld + "{}", m.ld[:-20]):
        yield Forgery("no credential at all", text)


def _subject(said: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = said["credentialSubject"]
    return found


def _name(said: dict[str, Any], change: Callable[[str], str]) -> None:
    identity = _subject(said)["identifier"][0]
    identity["identityHash"] = change(identity["identityHash"])


_CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another name": lambda s: _name(s, lambda _name: "Nguyễn Văn Giả"),
    "the name with loose marks": lambda s: _name(s, lambda name: unicodedata.normalize("NFD", name)),
    "a letter that looks alike": lambda s: _name(s, lambda name: name.replace("a", "а").replace("T", "Т")),
    "a letter that nobody sees": lambda s: _name(s, lambda name: name + "\u200b"),
    "another case": lambda s: _name(s, str.upper),
    "another number": lambda s: _subject(s).update(licenseNumber="000001/2026/TBT"),
    "another level": lambda s: _subject(s)["result"][0].update(value="Thành thạo"),
    "more hours": lambda s: _subject(s)["result"][1].update(value="80"),
    "two results exchanged": lambda s: _subject(s).update(
        result=[{**one, "value": other["value"]} for one, other in zip(
            _subject(s)["result"], reversed(_subject(s)["result"]), strict=True)]
    ),
    "a stronger proof": lambda s: s["evidence"][0].update(genre="task_observed!"),
    "no evidence": lambda s: s.pop("evidence"),
    "another day": lambda s: _subject(s).update(activityEndDate="2020-01-01"),
    "another beginning": lambda s: s.update(validFrom="2020-01-01T00:00:00Z"),
    "an end": lambda s: s.update(validUntil="2099-01-01T00:00:00Z"),
    "another address": lambda s: s.update(id=s["id"][:-1] + "9"),
    "another issuer's name": lambda s: s["issuer"].update(name="Bộ Giáo dục"),
    "another issuer": lambda s: s["issuer"].update(id=s["issuer"]["id"].replace("TBT", "KHA")),
    "another type": lambda s: s.update(type=["VerifiableCredential"]),
    "no status": lambda s: s.pop("credentialStatus"),
    "half a status": lambda s: s["credentialStatus"].pop(),
    "a place that is not withdrawn": lambda s: s["credentialStatus"][0].update(statusListIndex="99"),
    "a list of its own": lambda s: s["credentialStatus"][0].update(
        statusListCredential="https://a.example/list"
    ),
    "one more skill": lambda s: _subject(s)["achievement"].setdefault("tag", []).append("Lái xe"),
    "a skill moved out": lambda s: s.update(tag=_subject(s)["achievement"].pop("tag", None)),
    "a claim moved out": lambda s: s.update(licenseNumber=_subject(s).pop("licenseNumber")),
    "the evidence moved in": lambda s: _subject(s).update(evidence=s.pop("evidence")),
    "the criteria moved": lambda s: _subject(s).update(narrative=_subject(s)["achievement"].pop("criteria")),
    "a word that nothing signs": lambda s: s.update(note="Loại xuất sắc"),
    "a hashed name": lambda s: _subject(s)["identifier"][0].update(hashed=True),
    "two holders": lambda s: s.update(credentialSubject=[_subject(s), _subject(s)]),
}  # fmt: skip


def _json_contexts(m: Material) -> Iterator[Forgery]:
    said = json.loads(m.ld)
    v2, ob = said["@context"]
    lie = {"identityHash": "https://a.example/note", "licenseNumber": "https://schema.org/name"}
    plain: dict[str, list[Any]] = {
        "contexts in another order": [ob, v2], "one context": [v2], "the other context": [ob],
        "an older context": [v2, ob.replace("3.0.3", "3.0.1")],
        "a context of its own": [v2, ob, {"name": "https://a.example/note"}],
        "words redefined": [v2, ob, lie], "a context before ours": [lie, v2, ob],
        "a context emptied": [v2, ob, None], "a context by address": [v2, ob, "https://a.example/context"],
    }  # fmt: skip
    for what, contexts in plain.items():
        # An addition that changes no word's meaning leaves what is signed as it was.
        harmless = what in ("contexts in another order", "an older context", "words redefined")
        yield Forgery(what, json.dumps(said | {"@context": contexts}), not harmless)
    nested = deepcopy(said)
    nested["credentialSubject"]["achievement"]["@context"] = {"name": "https://a.example/note"}
    yield Forgery("a word redefined inside", json.dumps(nested))
    typed = deepcopy(said)
    typed["@context"] = [v2, ob, {"Achievement": {"@id": "https://a.example/A", "@context": lie}}]
    yield Forgery("a type redefined", json.dumps(typed))
