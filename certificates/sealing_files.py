"""Where a commune's seal lies: one file in the keys folder, never in the database or its backups."""

from __future__ import annotations

import json
import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.serialization import Encoding

from certificates.sealing_key import Material, SealUnfit, read, require_fit
from lms.core import clock
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.core.text import day

FORMAT = 1
SOON = timedelta(days=60)
"""How long before its end a seal is spoken of."""


@dataclass(frozen=True)
class Kept:
    """A commune's seal as it is kept: the PKCS#12 file as it came, its passphrase sealed."""

    p12: bytes
    passphrase: str
    """Sealed by the service's keys, bound to the commune and to this very file."""
    certificate: x509.Certificate
    """Kept beside in the clear, so that its end is known without opening anything."""
    set_at: datetime

    def opened(self, code: str, keys: Keys) -> Material:
        """Key and certificate; SealUnfit when the passphrase no longer opens or the file was changed."""
        try:
            passphrase = keys.open(self.passphrase, _context(code, self.p12))
        except (InvalidTag, ValueError) as error:
            raise SealUnfit(
                _(
                    "Tệp dấu số không mở được bằng bộ khóa đang dùng (khóa đã đổi, hoặc tệp bị sửa). Hãy đặt "
                    "lại dấu từ tệp .p12 gốc bằng lệnh 'lms certificates seal-set'."
                )
            ) from error
        return read(self.p12, passphrase)


def place(folder: Path, code: str) -> Path:
    """The file of the commune with this short code."""
    return folder / f"seal-{code}.json"


def is_any(folder: Path) -> bool:
    """Whether some commune of this service has a seal."""
    return any(folder.glob("seal-*.json"))


def _context(code: str, p12: bytes) -> str:
    return f"seal:{code}:{sha256(p12).hexdigest()}"


def keep(folder: Path, code: str, keys: Keys, p12: bytes, passphrase: str) -> Material:
    """Check and keep a PKCS#12 file for its owner alone, in place of the one before; SealUnfit."""
    material = read(p12, passphrase)
    require_fit(material.certificate, clock.now())
    plain = {
        "format": FORMAT,
        "p12": b64encode(p12).decode(),
        "passphrase": keys.seal(passphrase, _context(code, p12)),
        "certificate": b64encode(material.certificate.public_bytes(Encoding.DER)).decode(),
        "set_at": clock.now().isoformat(),
    }
    _write(place(folder, code), json.dumps(plain, indent=1).encode())
    return material


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing: written under another name, for the owner alone, and then put in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)


def known(folder: Path | None, code: str) -> Kept | None:
    """The commune's seal, not opened; None when it has none, SealUnfit when the file is unreadable."""
    if folder is None or not place(folder, code).exists():
        return None
    try:
        plain = json.loads(place(folder, code).read_bytes())
        return Kept(
            b64decode(plain["p12"], validate=True),
            str(plain["passphrase"]),
            x509.load_der_x509_certificate(b64decode(plain["certificate"], validate=True)),
            datetime.fromisoformat(plain["set_at"]),
        )
    except (OSError, ValueError, KeyError, TypeError, NotBase64) as error:
        raise SealUnfit(
            _(
                "Tệp dấu số %(path)s không đọc được. Hãy đặt lại dấu bằng lệnh 'lms certificates seal-set'.",
                path=place(folder, code).name,
            )
        ) from error


def remove(folder: Path, code: str) -> bool:
    """Forget the commune's seal; what was sealed stays sealed. Returns whether there was one."""
    path = place(folder, code)
    there = path.exists()
    path.unlink(missing_ok=True)
    return there


def is_private(folder: Path, code: str) -> bool:
    """Whether nobody but the owner can read the file."""
    return os.name == "nt" or stat.S_IMODE(place(folder, code).stat().st_mode) == 0o600


def remark(folder: Path | None, code: str) -> str:
    """Why a certificate may lack the seal of this commune; '' for a commune that does not seal."""
    try:
        kept = known(folder, code)
        if kept is None:
            return ""
        require_fit(kept.certificate, clock.now())
    except SealUnfit as error:
        return error.message
    return _("Dấu chỉ được đóng lúc cấp giấy, không đóng thêm về sau.")


def health(folder: Path, code: str, keys: Keys) -> tuple[bool, str] | None:
    """For `lms doctor`: (well?, sentence) on a commune's seal, which is opened; None when it has none."""
    try:
        kept = known(folder, code)
        if kept is None:
            return None
        require_fit(kept.opened(code, keys).certificate, clock.now())
    except SealUnfit as error:
        return False, f"Dấu số {code}: {error.message}"
    if not is_private(folder, code):
        return (
            False,
            f"Dấu số {code}: người khác đọc được tệp, hãy chạy chmod 600 {place(folder, code)}.",
        )
    end = kept.certificate.not_valid_after_utc
    if end - clock.now() < SOON:
        return (
            False,
            f"Dấu số {code} hết hạn ngày {day(end)}: hãy xin chứng thư mới rồi đặt lại dấu.",
        )
    return True, f"Dấu số {code} dùng được đến ngày {day(end)}."
