"""Key files: kept outside the database and its backups, made once by `lms init`.

`pepper` makes PINs and tokens unguessable from a stolen database, `citizen-id` seals citizen IDs,
`session` signs cookies, `certificates` (Ed25519) signs what we prove.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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

    def digest(self, purpose: str, value: str) -> str:
        """Keyed HMAC-SHA256 in hex; the purpose keeps PINs, tokens and citizen IDs apart."""
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
        raw = b64decode(sealed.partition(":")[2])
        return AESGCM(self.citizen_id).decrypt(raw[:12], raw[12:], context.encode()).decode()


def make_keys() -> Keys:
    """A new random set."""
    return Keys(secrets.token_hex(4), *(secrets.token_bytes(32) for _ in NAMES))


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


def as_text(keys: Keys) -> dict[str, str]:
    """The set as text, for the key file and the printed recovery sheet."""
    return {"kid": keys.kid, **{n: b64encode(getattr(keys, n)).decode() for n in NAMES}}


def from_text(data: dict[str, str]) -> Keys:
    """The set read back from text; raises KeyError or ValueError on a broken one."""
    return Keys(data["kid"], *(b64decode(data[name], validate=True) for name in NAMES))


def load_keys(folder: Path) -> Keys:
    """The commune's keys; raises KeysMissing with what to do when there are none."""
    path = folder / FILE
    if not path.exists():
        raise KeysMissing(
            f"Không thấy tệp khóa {path}. Hãy chạy 'lms init', hoặc chép tệp khóa từ phiếu khôi phục."
        )
    return from_text(json.loads(path.read_text(encoding="utf-8")))
