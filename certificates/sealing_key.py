"""A commune's seal key: what is fit to seal with, read from a PKCS#12 file.

Such a file holds a private key, the certificate that names whose key it is, and often the certificates
above it. What cannot seal is refused in words that say what to ask the provider for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lms.core.errors import Invalid
from lms.core.i18n import _
from lms.core.text import day

LARGEST = 256 * 1024
"""Bytes; a key with a long chain is below 20 KB."""
SMALLEST_RSA = 2048
"""Bits."""
LONGEST_CHAIN = 8
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_FOR_OTHERS = frozenset(
    {
        ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CODE_SIGNING,
        ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.OCSP_SIGNING,
    }
)  # fmt: skip
"""Uses of a key that are not the sealing of documents."""

E = TypeVar("E", bound=x509.ExtensionType)
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class SealUnfit(Invalid):
    """A key or a certificate that cannot seal; the message says why and what to do."""


@dataclass(frozen=True)
class Material:
    """What a seal is made with."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]
    """The certificates above, from the nearest upwards, without the one that signed itself."""


def read(data: bytes, passphrase: str) -> Material:
    """What a PKCS#12 file holds; SealUnfit when it cannot be opened or nothing in it can seal."""
    opened = _opened(data, passphrase)
    key = _fit_key(opened.key)
    others = [one.certificate for one in opened.additional_certs]
    own = [opened.cert.certificate] if opened.cert else []
    certificate = _of_key(key, own + others)
    return Material(key, certificate, _chain(certificate, others))


def _opened(data: bytes, passphrase: str) -> pkcs12.PKCS12KeyAndCertificates:
    if len(data) > LARGEST or not _is_pkcs12(data):
        raise SealUnfit(
            _(
                "Đây không phải tệp PKCS#12 (.p12 hoặc .pfx) còn nguyên vẹn. Hãy xuất lại tệp gồm cả "
                "khóa riêng và chứng thư."
            )
        )
    try:
        return pkcs12.load_pkcs12(data, passphrase.encode())
    except UnsupportedAlgorithm as error:
        raise SealUnfit(
            _("Tệp được mã hóa theo cách quá cũ. Hãy xuất lại với mã hóa AES-256.")
        ) from error
    except ValueError as error:
        raise SealUnfit(_("Mật khẩu của tệp chưa đúng, hoặc tệp bị hỏng.")) from error


def _is_pkcs12(data: bytes) -> bool:
    from asn1crypto.pkcs12 import Pfx

    try:
        return bool(Pfx.load(data, strict=True)["version"].native == "v3")
    except (ValueError, TypeError, KeyError):
        return False


def _fit_key(key: object) -> PrivateKey:
    if key is None:
        raise SealUnfit(
            _("Trong tệp không có khóa riêng. Hãy xuất lại tệp gồm cả khóa riêng và chứng thư.")
        )
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        return key
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return key
    raise SealUnfit(
        _(
            "Loại khóa này không đóng dấu được. Cần khóa RSA từ 2048 bit, hoặc khóa elip P-256, P-384, "
            "P-521: hãy xin nơi cấp chứng thư loại đó."
        )
    )


def _of_key(key: PrivateKey, certificates: Iterable[x509.Certificate]) -> x509.Certificate:
    """The certificate of this key; of several (a renewed one beside the old) the one that lasts longest."""
    public = _bytes(key.public_key())
    own = [one for one in certificates if _public(one) == public]
    if not own:
        raise SealUnfit(
            _(
                "Trong tệp không có chứng thư của khóa riêng này. Hãy xuất lại tệp gồm khóa và đúng chứng "
                "thư của khóa đó."
            )
        )
    return max(own, key=lambda one: one.not_valid_after_utc)


def _public(certificate: x509.Certificate) -> bytes | None:
    """The public key of a certificate; None for a kind that we do not seal with or cannot read."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
        return _bytes(key)
    return None


def _bytes(key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _chain(
    certificate: x509.Certificate, others: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Who vouches for the certificate, as far as the file tells; what leads nowhere is left out."""
    above = {one.subject: one for one in others if one.subject != one.issuer}
    found: list[x509.Certificate] = []
    at = certificate
    while at.issuer in above and len(found) < LONGEST_CHAIN:
        at = above.pop(at.issuer)
        found.append(at)
    return tuple(found)


def require_fit(certificate: x509.Certificate, now: datetime) -> None:
    """SealUnfit unless the certificate is for signing documents and in force at this instant."""
    _require_use(certificate)
    if now < certificate.not_valid_before_utc:
        start = day(certificate.not_valid_before_utc)
        raise SealUnfit(
            _(
                "Chứng thư của dấu số chỉ có hiệu lực từ ngày %(day)s. Hãy đợi tới ngày đó.",
                day=start,
            )
        )
    if now > certificate.not_valid_after_utc:
        end = day(certificate.not_valid_after_utc)
        raise SealUnfit(
            _(
                "Chứng thư của dấu số đã hết hạn ngày %(day)s. Hãy xin chứng thư mới rồi đặt lại dấu.",
                day=end,
            )
        )


def _require_use(certificate: x509.Certificate) -> None:
    basic = _extension(certificate, x509.BasicConstraints)
    if basic is not None and basic.ca:
        raise SealUnfit(
            _(
                "Đây là chứng thư để cấp chứng thư khác, không phải để đóng dấu. Hãy lấy đúng tệp của xã."
            )
        )
    usage = _extension(certificate, x509.KeyUsage)
    allowed = usage is None or usage.digital_signature or usage.content_commitment
    purposes = frozenset(_extension(certificate, x509.ExtendedKeyUsage) or ())
    if not allowed or (purposes and purposes <= _FOR_OTHERS):
        raise SealUnfit(
            _(
                "Chứng thư này không được cấp để ký. Hãy xin nơi cấp một chứng thư có quyền ký số "
                "(digitalSignature hoặc nonRepudiation)."
            )
        )


def _extension(certificate: x509.Certificate, kind: type[E]) -> E | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except ValueError as error:
        raise SealUnfit(_("Chứng thư bị hỏng. Hãy xin nơi cấp gửi lại tệp.")) from error


def owner(name: x509.Name) -> str:
    """Whom a certificate names: common name and organisation, as a person would say it."""
    wanted = (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
    values = [str(one.value) for oid in wanted for one in name.get_attributes_for_oid(oid)]
    return ", ".join(dict.fromkeys(values)) or name.rfc4514_string()


def algorithm(certificate: x509.Certificate) -> str:
    """'RSA 2048' or 'P-256'."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"P-{key.key_size}" if isinstance(key, ec.EllipticCurvePublicKey) else "?"


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate in hex, by which two people compare it."""
    return certificate.fingerprint(hashes.SHA256()).hex()
