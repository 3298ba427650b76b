"""A certification authority of our own and seal keys of every kind, made anew for each run."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO

from asn1crypto.x509 import Certificate as PlainCertificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

PASSPHRASE = "mật khẩu của dấu"
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 12, 31, 12, 0, tzinfo=UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | dsa.DSAPrivateKey


def named(common: str, organisation: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, common)]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(parts)


def usage(*allowed: str) -> x509.KeyUsage:
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
             "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{name: name in allowed for name in names})


@cache
def elliptic(name: str = "") -> ec.EllipticCurvePrivateKey:
    """A P-256 key; each name has its own."""
    return ec.generate_private_key(ec.SECP256R1())


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


@dataclass(frozen=True)
class Wish:
    """A certificate to be made; what is not said is what a commune gets."""

    key: Key = field(default_factory=elliptic)
    subject: x509.Name = field(default_factory=lambda: named("UBND xã Tân Bình Thượng"))
    start: datetime = START
    end: datetime = END
    uses: tuple[str, ...] = ("digital_signature", "content_commitment")
    purposes: tuple[x509.ObjectIdentifier, ...] = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)
    is_authority: bool = False


AUTHORITY = Wish(elliptic("authority"), named("Nơi cấp chứng thư thử"), is_authority=True,
                 uses=("key_cert_sign", "crl_sign"), purposes=())  # fmt: skip
BETWEEN = Wish(elliptic("between"), named("Nơi cấp chứng thư thử, cấp dưới"), is_authority=True,
               uses=("key_cert_sign", "crl_sign"), purposes=())  # fmt: skip


def certificate(wish: Wish, above: Wish = AUTHORITY) -> x509.Certificate:
    """The certificate of a wish, signed by the one above."""
    public = wish.key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(wish.subject)
        .issuer_name(above.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(wish.start)
        .not_valid_after(wish.end)
        .add_extension(x509.BasicConstraints(wish.is_authority, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(usage(*wish.uses), critical=True)
    )
    if wish.purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(wish.purposes), critical=False)
    assert isinstance(above.key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
    return builder.sign(above.key, hashes.SHA256())


@cache
def authority() -> x509.Certificate:
    return certificate(AUTHORITY)


def p12(wish: Wish | None = None, passphrase: str = PASSPHRASE) -> bytes:
    """The file that a commune gets: its key, its certificate, and those above it."""
    wish = wish or Wish()
    return packed(wish.key, certificate(wish), [authority()], passphrase)


def packed(
    key: Key | None, own: x509.Certificate | None, others: list[x509.Certificate],
    passphrase: str = PASSPHRASE,
) -> bytes:  # fmt: skip
    how: KeySerializationEncryption = NoEncryption()
    if passphrase:
        how = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"dau", key, own, others, how)


def judged(file: bytes, at: datetime) -> PdfSignatureStatus:
    """What pyHanko's own validator says of the only signature of a file, asking nobody."""
    (signature,) = PdfFileReader(BytesIO(file)).embedded_signatures
    root = PlainCertificate.load(authority().public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], allow_fetching=False, moment=at,
                                revocation_mode="soft-fail")  # fmt: skip
    either = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    return validate_pdf_signature(signature, context, key_usage_settings=either)


def accepted(file: bytes, at: datetime) -> bool:
    """Whether a reader would say that the file is sealed, whole and unchanged."""
    try:
        return bool(judged(file, at).bottom_line)
    except Exception:
        # A damaged file fails in many ways; every one of them is a refusal.
        return False


def added(file: bytes) -> bytes:
    """The file with its page turned and its language changed by an update after the seal."""
    writer = IncrementalPdfFileWriter(BytesIO(file))
    writer.root[pdf_name("/Lang")] = pdf_string("en")
    writer.update_root()
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Rotate"] = page.raw_get("/StructParents")
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_places(file: bytes) -> tuple[range, range]:
    """Where the bytes stand that the signature signs."""
    (signature,) = PdfFileReader(BytesIO(file)).embedded_signatures
    start, first, second, rest = (int(n) for n in signature.byte_range)
    return range(start, start + first), range(second, second + rest)


def later(days: int) -> datetime:
    """An instant so many days before the end of a commune's certificate."""
    return END - timedelta(days=days)
