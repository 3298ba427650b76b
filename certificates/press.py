"""Printing a certificate: its words drawn, numbered, frozen and kept, by the one writer there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from certificates import designs, files, rules, wording
from certificates.credentials import forms as credentials_of
from certificates.credentials.keeping import record_key
from certificates.designs import Kept
from certificates.issuer import Issuer
from certificates.models import Certificate, CertificateCounter, CertificateForm
from certificates.numbering import locked_counter, next_number
from certificates.paper.assembler import Drawn, draw
from certificates.paper.modules import TooMuch
from certificates.paper.page import Printed
from certificates.paper.parts import Part
from certificates.paper.slip import SLIP, draw_slip
from certificates.paper.template import TEMPLATE
from certificates.paper.typeset import TooLong, UnknownLetter
from certificates.rules import Claims
from certificates.sealing import Sealer
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor
from lms.core.i18n import _
from lms.core.ids import spoken_code, uuid7
from lms.people.models import Commune


def only_writer(session: Session, who: Actor) -> tuple[CertificateCounter, date]:
    """Lock the audit chain and then the counter: every writer in one order, so none waits in a ring.

    Returns the counter and the day of issue, read once: a number and its day are of one year also when
    the year ends meanwhile.
    """
    audit.lock_chain(session, who.commune)
    today = clock.today()
    return locked_counter(session, who.commune, today.year), today


@dataclass(frozen=True)
class Subject:
    """Whose certificate it is, and on which attainment it stands."""

    person_id: UUID
    cohort_id: UUID | None
    version_id: UUID
    attainment_id: UUID
    replaces_id: UUID | None = None


class Unprintable(Invalid):
    """Something that is to be printed has no place or no letter on the paper."""


@dataclass(frozen=True)
class Paper:
    """One certificate as it was drawn: what it says, its words, the A4 file and the slip."""

    claims: Claims
    printed: Printed
    sheet: Drawn
    slip: Drawn


@dataclass(frozen=True)
class Press:
    """Prints certificates in one transaction that holds the counter; `finish` writes them together."""

    session: Session
    who: Actor
    counter: CertificateCounter
    on: date
    """The day of issue, in the year of the counter."""
    issuer: Issuer
    commune: Commune
    sealer: Sealer
    design: Kept
    """How the commune words its certificates today."""
    printed: list[tuple[Certificate, Paper]] = field(default_factory=list)
    """What is not written yet."""
    parts: dict[tuple[Part, ...], dict[str, str]] = field(default_factory=dict)
    """Shared parts that are kept already, with their names and hashes."""

    @classmethod
    def of(
        cls, session: Session, who: Actor, counter: CertificateCounter, on: date, issuer: Issuer
    ) -> Press:
        """The press of the actor's commune, with its newest design and its seal."""
        commune = session.get_one(Commune, who.commune)
        record_key(session, issuer.keys)
        sealer = Sealer(commune, issuer.folder, issuer.keys)
        design = designs.newest(session, commune.id)
        return cls(session, who, counter, on, issuer, commune, sealer, design)

    def print(self, claims: Claims, subject: Subject) -> Certificate:
        """Draw and number one certificate; Unprintable leaves the number unused."""
        sequence, year = self.counter.last + 1, self.counter.year
        number = rules.number_text(sequence, year, self.commune.short_code)
        token = rules.token_text(self.commune.short_code, spoken_code(rules.SECRET_LENGTH))
        paper = self._drawn(replace(claims, number=number), token)
        certificate = Certificate(
            id=uuid7(), commune_id=self.commune.id, programme_code=claims.programme_code,
            level=claims.level, year=year, sequence=next_number(self.counter), number=number,
            token=token, issued_on=self.on, template=TEMPLATE,
            design_version=self.design.used, data=self._data(paper), content=paper.sheet.tail,
            parts=self._parts(paper.sheet), file_sha256=paper.sheet.file_sha256,
            status=rules.VALID, issued_by=self.who.id, **asdict(subject),
        )  # fmt: skip
        self.printed.append((certificate, paper))
        return certificate

    def _drawn(self, claims: Claims, token: str) -> Paper:
        design = self.design.design
        with in_words():
            printed = wording.printed(claims, token, self.issuer.base, design.issuer)
            sheet = draw(printed, design, wording.back(claims))
            return Paper(claims, printed, sheet, draw_slip(printed, design))

    def _data(self, paper: Paper) -> dict[str, object]:
        """Everything that is printed, so that it can be read without the file."""
        words = {name: text for name, text in self.design.design.to_plain().items() if text}
        return {
            "claims": asdict(paper.claims), "printed": paper.printed.to_plain(), "design": words,
        }  # fmt: skip

    def _parts(self, drawn: Drawn) -> dict[str, str]:
        if drawn.parts not in self.parts:
            self.parts[drawn.parts] = files.keep_parts(self.session, drawn)
        return self.parts[drawn.parts]

    def finish(self, verb: str, **facts: object) -> None:
        """Write what was printed: the certificates, then their forms, then the audit log.

        The log holds ids and hashes only. A fault in the middle leaves nothing: it is one transaction.
        """
        self.session.add_all(certificate for certificate, _paper in self.printed)
        flush(self.session)
        for certificate, paper in self.printed:
            self._keep_forms(certificate, paper)
        deeds = [
            (verb, "certificate", one.id, facts | {"number": one.number, "file": one.file_sha256})
            for one, _paper in self.printed
        ]
        audit.record_each(self.session, self.who, deeds)
        self.printed.clear()

    def _keep_forms(self, certificate: Certificate, paper: Paper) -> None:
        """Keep the slip, the credentials and the seal; they are made here, at issue, and never again."""
        slip, code = paper.slip, self.commune.short_code
        self._keep(certificate, "slip", SLIP, slip.tail, slip.file_sha256, self._parts(slip))
        credentials = credentials_of(paper.claims, certificate.token, self.issuer, code)
        for form in (*credentials, *self.sealer.forms(paper.sheet.file)):
            self._keep(certificate, *form)

    def _keep(
        self, certificate: Certificate, kind: str, template: str, body: bytes, sha256: str,
        parts: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.session.add(
            CertificateForm(
                id=uuid7(), commune_id=self.commune.id, certificate_id=certificate.id, kind=kind,
                template=template, body=body, parts=parts or {}, sha256=sha256,
            )
        )  # fmt: skip


@contextmanager
def in_words() -> Iterator[None]:
    """Say in words what cannot be printed."""
    try:
        yield
    except UnknownLetter as error:
        raise Unprintable(
            _(
                "Phông chữ của giấy chứng nhận chưa có chữ “%(letter)s” (%(code)s) nên chưa cấp được. "
                "Hãy sửa cách viết trong hồ sơ rồi cấp lại.",
                letter=error.letter,
                code=error.code,
            ),
            fields={"letter": [error.letter]},
        ) from error
    except TooMuch as error:
        raise Unprintable(
            _("Địa chỉ của hệ thống quá dài để in vào mã QR. Hãy đặt LMS_PUBLIC_URL ngắn hơn.")
        ) from error
    except TooLong as error:
        raise Unprintable(
            _("Nội dung “%(what)s” dài quá khổ giấy. Hãy viết gọn lại rồi cấp.", what=str(error)),
            fields={"text": [str(error)]},
        ) from error


def flush(session: Session) -> None:
    """Send the rows; what the database refuses was issued elsewhere in this very moment."""
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict(
            _("Giấy chứng nhận vừa được cấp ở nơi khác. Hãy mở lại trang để xem.")
        ) from error


def mark(certificate: Certificate, status: str, reason: str | None, who: Actor) -> None:
    certificate.status, certificate.status_reason = status, reason
    certificate.status_on, certificate.status_by = clock.today(), who.id
