"""What travels between a box and its commune: signed by who sends it, readable by whom it is for alone.

A file is the magic word, a header in JSON, the encrypted body and a signature over all of it:

    magic (17 bytes) | length of header (2) | header | length of body (4) | body | Ed25519 signature (64)
    body = X25519 public key made for this file (32) | nonce (12) | AES-256-GCM of the zlib-packed content

The header is authenticated twice, as data beside the cipher and by the signature. Nothing may stand
after the signature. See docs/adr/0032-a-box-sends-sealed-bundles.md.
"""

import re
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Meta

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.ids import CODE_LETTERS, spoken_code
from lms.core.keys import Keys

MAGIC = b"lop-hoc-so-box/1\n"
CODED = b"lop-hoc-so-code1\n"
LARGEST = 64 * 1024 * 1024
"""Bytes of a file and of what it unpacks to; a bundle is far below, a snapshot holds lessons."""
MOST_PIECES = 2000
"""Sealed files of one file: as many as a box makes of two million events. What is behind them is damage."""
CODE_LENGTH = 16
"""Letters of a one-time code: 80 bits, before it is made slow to guess."""
_SIGNATURE, _EPHEMERAL, _NONCE, _SALT, _TAG = 64, 32, 12, 16, 16
_ID = r"\A[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z"

Kind = Literal["bundle", "receipt", "snapshot"]
KINDS: tuple[Kind, ...] = ("bundle", "receipt", "snapshot")


class Unfit(Invalid):
    """A file that is not taken; the message says why and what to do. Nothing was changed."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a file says of itself in the clear; believed only after the signature was verified."""

    kind: Kind
    commune: Annotated[str, Meta(pattern=_ID)]
    box: Annotated[str, Meta(pattern=_ID)]
    number: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    made: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    """Milliseconds since 1970 by the sender's clock; shown, never compared."""

    @property
    def commune_id(self) -> UUID:
        """The commune that the box belongs to."""
        return UUID(self.commune)

    @property
    def box_id(self) -> UUID:
        """The box that sends the file, or that it is for."""
        return UUID(self.box)


@dataclass(frozen=True)
class Public:
    """The public keys of a box or of the commune, 64 hex letters each."""

    signing: str
    sealing: str

    @classmethod
    def of(cls, text: str) -> "Public":
        """From the 128 hex letters of `str()`; ValueError for anything else."""
        if not re.fullmatch(r"[0-9a-f]{128}", text):
            raise ValueError("Public keys are 128 hex letters.")
        return cls(text[:64], text[64:])

    def __str__(self) -> str:
        return self.signing + self.sealing

    @property
    def kid(self) -> str:
        """A short name of the signing key, as people may compare it."""
        return sha256(bytes.fromhex(self.signing)).hexdigest()[:8]


@dataclass(frozen=True)
class Secret:
    """The private keys of one side."""

    signing: Ed25519PrivateKey
    sealing: X25519PrivateKey

    @property
    def public(self) -> Public:
        """The halves that the other side needs."""
        return Public(
            self.signing.public_key().public_bytes_raw().hex(),
            self.sealing.public_key().public_bytes_raw().hex(),
        )


def commune_secret(keys: Keys) -> Secret:
    """The commune's side, out of its key file's pepper, which no rotation changes: no new key to keep."""
    return _secret(keys.pepper, b"lop-hoc-so commune")


def new_seed() -> bytes:
    """A new seed of a box's keys, made at the commune and kept by the laptop alone."""
    return secrets.token_bytes(32)


def box_secret(seed: bytes) -> Secret:
    """The box's side out of its seed (32 bytes)."""
    return _secret(seed, b"lop-hoc-so box")


def _secret(root: bytes, whose: bytes) -> Secret:
    def derived(purpose: bytes) -> bytes:
        return HKDF(SHA256(), 32, None, whose + purpose).derive(root)

    return Secret(
        Ed25519PrivateKey.from_private_bytes(derived(b" signs")),
        X25519PrivateKey.from_private_bytes(derived(b" opens")),
    )


def seal(header: Header, content: bytes, sender: Secret, recipient: Public) -> bytes:
    """The file that carries this content; every call gives other bytes."""
    if len(content) > LARGEST:
        raise ValueError("The content is larger than a file may be.")
    head = msgspec.json.encode(header)
    once = X25519PrivateKey.generate()
    other = X25519PublicKey.from_public_bytes(bytes.fromhex(recipient.sealing))
    mine, nonce = once.public_key().public_bytes_raw(), secrets.token_bytes(_NONCE)
    key = _shared(once.exchange(other), mine, other.public_bytes_raw())
    body = mine + nonce + AESGCM(key).encrypt(nonce, zlib.compress(content, 6), MAGIC + head)
    signed = MAGIC + len(head).to_bytes(2) + head + len(body).to_bytes(4) + body
    return signed + sender.signing.sign(signed)


def _shared(secret: bytes, mine: bytes, other: bytes) -> bytes:
    return HKDF(SHA256(), 32, mine + other, b"lop-hoc-so box file").derive(secret)


@dataclass(frozen=True)
class _Parts:
    header: Header
    head: bytes
    body: bytes
    signed: bytes
    signature: bytes


def header_of(raw: bytes, kind: Kind) -> Header:
    """What the file says of itself, not yet believed; Unfit when it is no whole file of this kind."""
    return _parts(raw, kind).header


def pieces(raw: bytes) -> list[bytes]:
    """The sealed files that stand one after another in a file; a damaged one spoils no other.

    What stands before the first of them, and a file that is none, is a piece of its own. The file that a
    laptop begins with may lie on the same stick: it is left aside.
    """
    if raw.startswith(CODED):
        return []
    first, *rest = raw.split(MAGIC, MOST_PIECES)
    return [*([first] if first or not rest else []), *(MAGIC + one for one in rest)]


def kind_of(raw: bytes) -> Kind | None:
    """What a file says it is; None when it is no whole sealed file."""
    for kind in KINDS:
        try:
            return header_of(raw, kind).kind
        except Unfit:
            continue
    return None


Senders = Callable[[Header], Public]
"""Finds the keys of whom a header names; it raises Unfit for somebody unknown."""


def unseal(raw: bytes, kind: Kind, sender: Public | Senders, own: Secret) -> tuple[Header, bytes]:
    """The header and content of a file that this sender signed for us; Unfit says what is wrong."""
    parts = _parts(raw, kind)
    known = sender if isinstance(sender, Public) else sender(parts.header)
    try:
        verifier = Ed25519PublicKey.from_public_bytes(bytes.fromhex(known.signing))
        verifier.verify(parts.signature, parts.signed)
    except InvalidSignature:
        raise Unfit(
            _(
                "Chữ ký của tệp không đúng: tệp bị sửa, bị hỏng hoặc do máy khác làm ra. Chưa nhận gì từ "
                "tệp này. Hãy chép lại tệp từ máy đã làm ra nó."
            )
        ) from None
    return parts.header, _opened(parts, own)


def _parts(raw: bytes, kind: Kind) -> _Parts:
    if len(raw) > LARGEST:
        raise Unfit(_("Tệp quá lớn so với tệp của máy lớp. Hãy chọn đúng tệp."))
    if raw[: len(MAGIC)] != MAGIC:
        raise Unfit(_("Đây không phải tệp của máy lớp. Hãy chọn đúng tệp trên USB."))
    head, rest = _measured(raw[len(MAGIC) :], 2)
    body, signature = _measured(rest, 4)
    if len(signature) != _SIGNATURE or len(body) < _EPHEMERAL + _NONCE + _TAG:
        raise _cut()
    try:
        header = msgspec.json.decode(head, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _cut() from None
    if header.kind != kind:
        raise Unfit(_wrong_kind(header.kind, kind))
    return _Parts(header, head, body, raw[:-_SIGNATURE], signature)


def _measured(raw: bytes, digits: int) -> tuple[bytes, bytes]:
    """What the length in front says, and what stands after it."""
    end = digits + int.from_bytes(raw[:digits])
    if len(raw) < digits or len(raw) < end:
        raise _cut()
    return raw[digits:end], raw[end:]


def _cut() -> Unfit:
    return Unfit(
        _(
            "Tệp bị hỏng hoặc chép chưa hết. Chưa nhận gì từ tệp này. Hãy chép lại từ máy đã làm ra nó; "
            "nếu vẫn lỗi, thử USB khác."
        )
    )


def _wrong_kind(found: str, wanted: str) -> str:
    names = {
        "bundle": _("việc học máy lớp gửi về xã"),
        "receipt": _("biên nhận của xã"),
        "snapshot": _("dữ liệu lớp của xã"),
    }
    return _(
        "Tệp này là %(found)s, còn ở đây cần %(wanted)s. Hãy chọn đúng tệp.",
        found=names[found],
        wanted=names[wanted],
    )


def _opened(parts: _Parts, own: Secret) -> bytes:
    """The content; what was signed and cannot be opened was made for another recipient."""
    mine, rest = parts.body[:_EPHEMERAL], parts.body[_EPHEMERAL:]
    nonce, sealed = rest[:_NONCE], rest[_NONCE:]
    try:
        secret = own.sealing.exchange(X25519PublicKey.from_public_bytes(mine))
        key = _shared(secret, mine, own.sealing.public_key().public_bytes_raw())
        packed = AESGCM(key).decrypt(nonce, sealed, MAGIC + parts.head)
    except (InvalidTag, ValueError):
        raise Unfit(
            _("Tệp này làm cho xã khác hoặc máy khác nên không mở được. Hãy chọn đúng tệp.")
        ) from None
    return _inflated(packed)


def _inflated(packed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        content = inflater.decompress(packed, LARGEST)
    except zlib.error:
        raise _cut() from None
    if not inflater.eof or inflater.unused_data:
        raise _cut()
    return content


def new_code() -> str:
    """A one-time code as it is read aloud: 'ABCD-EFGH-JKLM-NPQR'."""
    letters = spoken_code(CODE_LENGTH)
    return "-".join(letters[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def seal_for_code(content: bytes, code: str) -> bytes:
    """A file that the code alone opens: scrypt makes the key, AES-256-GCM the rest."""
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    sealed = AESGCM(_code_key(code, salt)).encrypt(nonce, zlib.compress(content, 6), CODED)
    return CODED + salt + nonce + sealed


def open_with_code(raw: bytes, code: str) -> bytes:
    """The content of such a file; Unfit when the code is another one or the file was damaged.

    Small letters, blanks and missing dashes in the code do no harm.
    """
    head = len(CODED)
    if raw[:head] != CODED or len(raw) < head + _SALT + _NONCE + _TAG or len(raw) > LARGEST:
        raise Unfit(_("Đây không phải tệp khởi tạo máy lớp (may-lop-….lhs). Hãy chọn đúng tệp."))
    salt, nonce = raw[head : head + _SALT], raw[head + _SALT : head + _SALT + _NONCE]
    try:
        key = _code_key(code, salt)
        return _inflated(AESGCM(key).decrypt(nonce, raw[head + _SALT + _NONCE :], CODED))
    except InvalidTag:
        raise Unfit(
            _(
                "Mã không đúng hoặc tệp bị hỏng. Hãy gõ lại mã 16 chữ đã hiện ở máy xã; nếu vẫn không "
                "được, nhờ cán bộ xã tạo máy lớp mới."
            )
        ) from None


def _code_key(code: str, salt: bytes) -> bytes:
    typed = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    return Scrypt(salt, 32, n=2**15, r=8, p=1).derive(typed.encode())
