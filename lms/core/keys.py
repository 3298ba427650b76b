"""Key files: kept outside the database and its backups, made once by `lms init`.

`pepper` makes PINs and tokens unguessable from a stolen database, `citizen-id` seals citizen IDs,
`session` signs cookies, `certificates` (Ed25519) signs what we prove. Sealed values name the set that
sealed them, so that the sealing key can be changed: the keys before it stay in the file to read with.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lms.core.errors import Unavailable
from lms.core.i18n import _

FILE = "keys.json"
NAMES = ("pepper", "citizen_id", "session", "certificates")


class KeysMissing(RuntimeError):
    """There is no key file where there must be one."""


@dataclass(frozen=True)
class Keys:
    """Secret keys of 32 bytes each; `kid` names the set in every sealed value and signature."""

    kid: str
    pepper: bytes
    citizen_id: bytes
    session: bytes
    certificates: bytes
    retired: Mapping[str, bytes] = field(default_factory=dict, hash=False)
    """Name of a set that was in use before → the key it sealed with; opens, never seals."""
    changing: bool = False
    """The digests of citizen IDs are being made anew: until that is done none may be matched."""

    def digest(self, purpose: str, value: str) -> str:
        """Keyed HMAC-SHA256 in hex; the purpose keeps PINs, tokens and citizen IDs apart.

        While the sealing key is being changed, citizen IDs have two digests, and somebody who is known
        would be taken for new: then it raises Unavailable.
        """
        if purpose == "citizen-id" and self.changing:
            raise Unavailable(
                _(
                    "Máy chủ đang thay khóa số định danh nên chưa nhập danh sách được. Hãy thử lại sau "
                    "ít phút; nếu vẫn vậy, người phụ trách máy chủ chạy 'lms keys reseal'."
                )
            )
        key = self.citizen_id if purpose == "citizen-id" else self.pepper
        return hmac.new(key, f"{purpose}\x1f{value}".encode(), hashlib.sha256).hexdigest()

    def matches(self, purpose: str, value: str, digest: str) -> bool:
        """Whether the value has this digest, in constant time."""
        return hmac.compare_digest(self.digest(purpose, value), digest)

    def seal(self, value: str, context: str) -> str:
        """AES-256-GCM, bound to its context (such as the person's id): 'kid:nonce+ciphertext'."""
        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.citizen_id).encrypt(nonce, value.encode(), context.encode())
        return f"{self.kid}:{b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, context: str) -> str:
        """The sealed value; raises cryptography.exceptions.InvalidTag when it was changed or moved."""
        kid, _colon, packed = sealed.partition(":")
        raw = b64decode(packed)
        key = self.citizen_id if kid == self.kid else self.retired.get(kid, self.citizen_id)
        return AESGCM(key).decrypt(raw[:12], raw[12:], context.encode()).decode()


def make_keys() -> Keys:
    """A new random set."""
    pepper, citizen_id, session, certificates = (secrets.token_bytes(32) for _name in NAMES)
    return Keys(secrets.token_hex(4), pepper, citizen_id, session, certificates)


def rotated(old: Keys) -> Keys:
    """A set with a new name and a new sealing key; what was sealed before can still be opened.

    The pepper stays: what it made are digests of tokens and cards that only their holders have.
    """
    retired = {**old.retired, old.kid: old.citizen_id}
    return replace(
        old,
        kid=secrets.token_hex(4),
        citizen_id=secrets.token_bytes(32),
        retired=retired,
        changing=True,
    )


def save_keys(folder: Path, keys: Keys) -> Path:
    """Write the key file for its owner alone; refuses to replace one that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    _write(path, keys, os.O_EXCL)
    return path


def replace_keys(folder: Path, keys: Keys) -> Path:
    """Put a changed set in the place of the one that is there: wholly, or not at all."""
    path = folder / FILE
    beside = path.with_name(f"{FILE}.new")
    _write(beside, keys, os.O_TRUNC)
    beside.replace(path)
    if os.name != "nt":  # Windows opens no folder, and its rename is written through.
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    return path


def _write(path: Path, keys: Keys, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        json.dump(as_text(keys), out, indent=1)
        out.flush()
        os.fsync(out.fileno())


def as_text(keys: Keys) -> dict[str, Any]:
    """The set as text, for the key file and the printed recovery sheet."""
    retired = {kid: b64encode(key).decode() for kid, key in keys.retired.items()}
    return {
        "kid": keys.kid,
        **{n: b64encode(getattr(keys, n)).decode() for n in NAMES},
        **({"retired": retired} if retired else {}),
        **({"changing": True} if keys.changing else {}),
    }


def from_text(data: Mapping[str, Any]) -> Keys:
    """The set read back from text; raises KeyError, TypeError or ValueError on a broken one."""
    own = {name: b64decode(data[name], validate=True) for name in NAMES}
    retired = {k: b64decode(v, validate=True) for k, v in dict(data.get("retired", {})).items()}
    return Keys(data["kid"], **own, retired=retired, changing=data.get("changing") is True)


def load_keys(folder: Path) -> Keys:
    """The commune's keys; raises KeysMissing with what to do when there are none."""
    path = folder / FILE
    if not path.exists():
        raise KeysMissing(
            f"Không thấy tệp khóa {path}. Hãy chạy 'lms init', hoặc chép tệp khóa từ phiếu khôi phục."
        )
    return from_text(json.loads(path.read_text(encoding="utf-8")))


class KeyFile:
    """The key file of a running service: read again when it has been replaced."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._keys = load_keys(folder)
        self._mark = self._stat()

    def current(self) -> Keys:
        """The set as the file has it now; one that is gone or half-copied leaves the last one in use."""
        mark = self._stat()
        if mark is not None and mark != self._mark:
            try:
                self._keys, self._mark = load_keys(self._path.parent), mark
            except (KeysMissing, OSError, ValueError, KeyError, TypeError):
                return self._keys
        return self._keys

    def _stat(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size
