"""The digital seal of a certificate's A4 file: bytes that stand after the file and sign all of it.

The seal is an incremental update (ISO 32000-1, 7.5.6) with a PAdES baseline-B signature (ETSI EN
319 142-1): the file before it stays byte for byte what it was. It certifies the document with no
change allowed after it, shows nothing on the page, and asks nobody on the network.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import structlog
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from certificates import sealing_files
from certificates.sealing_key import Material, PrivateKey, SealUnfit, owner, require_fit
from lms.core import clock
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.people.models import Commune

if TYPE_CHECKING:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

log = structlog.get_logger("lms.certificates")

TEMPLATE = "pades-b/1"
FIELD = "DauSo"
DIGEST = "sha256"
NOTHING = bytes(32)
LIBRARY = "pyhanko.sign.signers.pdf_cms"
"""Loading it loads nearly all of what seals."""
VARIES = 16
"""Bytes by which an ECDSA signature may be longer than another of the same key."""

Form = tuple[str, str, bytes, str]
"""(kind, template, body, SHA-256 of the whole sealed file)."""


@dataclass(frozen=True)
class Seal:
    """A commune's opened seal, for as many files as one press prints."""

    material: Material
    blank: bytes
    """The signature (CMS, DER) that pyHanko makes with this key over nothing; each file's is made from it."""

    @classmethod
    def of(cls, material: Material) -> Seal:
        """The seal of this key; SealUnfit unless its certificate is in force now."""
        require_fit(material.certificate, clock.now())
        return cls(material, _blank(material))

    def increment(self, file: bytes, where: str = "") -> bytes:
        """What stands after these bytes so that both together are the sealed file; `where` is a place."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.signers.cms_embedder import SigIOSetup

        writer = IncrementalPdfFileWriter(BytesIO(file))
        steps = _field(writer, self._signature(where))
        prepared, sealed = steps.send(SigIOSetup(DIGEST, in_place=True))
        steps.send(self._signed(prepared.document_digest))
        whole: bytes = sealed.getvalue()
        if not whole.startswith(file):
            raise ValueError("the seal changed the file")
        return whole[len(file) :]

    def _signature(self, where: str) -> SignatureObject:
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers.pdf_byterange import SignatureObject

        return SignatureObject(
            timestamp=clock.local(clock.now()),
            subfilter=SigSeedSubFilter.PADES,
            name=owner(self.material.certificate.subject),
            location=where or None,
            reason=_("Cấp giấy chứng nhận hoàn thành"),
            bytes_reserved=2 * (len(self.blank) + VARIES),
        )

    def _signed(self, digest: bytes) -> bytes:
        """The blank signature with this digest in it, signed anew: 1 ms where making it whole takes 10."""
        from asn1crypto.cms import ContentInfo

        made: Any = ContentInfo.load(self.blank)
        signer = made["content"]["signer_infos"][0]
        for attribute in signer["signed_attrs"]:
            if attribute["type"].native == "message_digest":
                attribute["values"] = [digest]
        signer["signature"] = _sign(self.material.key, signer["signed_attrs"].untag().dump())
        return bytes(made.dump())


def _blank(material: Material) -> bytes:
    import asyncio

    from asn1crypto import keys, x509
    from pyhanko.sign.signers.pdf_cms import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    own, *above = [
        x509.Certificate.load(one.public_bytes(Encoding.DER))
        for one in (material.certificate, *material.chain)
    ]
    key = material.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore.from_certs(above)
    signer = SimpleSigner(own, keys.PrivateKeyInfo.load(key), store)
    return bytes(asyncio.run(signer.async_sign(NOTHING, DIGEST, use_pades=True)).dump())


def _field(writer: IncrementalPdfFileWriter, signature: SignatureObject) -> Any:
    """The steps of pyHanko's embedding, up to where the file is written: an unseen field, all locked."""
    from pyhanko.sign.fields import MDPPerm, SigFieldSpec
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigMDPSetup, SigObjSetup
    from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

    unseen = SigFieldSpec(FIELD, readable_field_name=_("Dấu số của nơi cấp"))
    steps = PdfCMSEmbedder(unseen).write_cms(FIELD, writer)
    next(steps)
    writer.register_extension(ESIC_EXTENSION_1)
    locked = SigMDPSetup(DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(signature, mdp_setup=locked))
    return steps


def _sign(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return key.sign(data, ec.ECDSA(hashes.SHA256()))


def warm(folder: Path | None) -> Thread | None:
    """Begin to load what seals, where some commune has a seal and it is not loaded yet.

    It takes a second of a core. Asked for by the page from which certificates are issued, it is not
    spent while an issue holds the counter and everybody else waits.
    """
    if folder is None or LIBRARY in sys.modules or not sealing_files.is_any(folder):
        return None
    loading = Thread(target=import_module, args=(LIBRARY,), name="seal-library", daemon=True)
    loading.start()
    return loading


def seal_of(commune_code: str, folder: Path | None, keys: Keys) -> Seal | None:
    """The commune's seal from the keys folder, opened; None when it has none, SealUnfit says what is wrong."""
    kept = sealing_files.known(folder, commune_code)
    return None if kept is None else Seal.of(kept.opened(commune_code, keys))


@dataclass
class Sealer:
    """Seals what one press prints. What cannot be sealed is issued all the same, and `problem` says why."""

    commune: Commune
    folder: Path | None
    keys: Keys
    problem: str = field(default="", init=False)
    _seal: Seal | None = field(default=None, init=False)
    _looked: bool = field(default=False, init=False)

    def forms(self, file: bytes) -> tuple[Form, ...]:
        """The seal of this file as a form to keep, or nothing. The key is opened at the first file."""
        try:
            if not self._looked:
                self._looked = True
                self._seal = seal_of(self.commune.short_code, self.folder, self.keys)
            return () if self._seal is None else (self._form(self._seal, file),)
        except SealUnfit as error:
            return self._without(error.message)
        except Exception:
            # Whatever is wrong with a key or a library must not keep a learner from the certificate.
            log.exception("certificate_seal_failed", commune=self.commune.short_code)
            return self._without(_("Dấu số chưa dùng được. Hãy chạy 'lms doctor' trên máy chủ."))

    def _form(self, seal: Seal, file: bytes) -> Form:
        increment = seal.increment(file, f"{self.commune.title}, {self.commune.province}")
        return "seal", TEMPLATE, increment, sha256(file + increment).hexdigest()

    def _without(self, problem: str) -> tuple[Form, ...]:
        self._seal, self.problem = None, problem
        log.warning("certificate_unsealed", commune=self.commune.short_code, why=problem)
        return ()
