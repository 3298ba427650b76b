"""What a restored store proves of itself: log, results, closed figures, certificates, keys."""

from collections.abc import Callable
from uuid import UUID

import click
from cryptography.exceptions import InvalidTag
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import files
from certificates.models import Certificate
from lms.core import audit
from lms.core.db import Database
from lms.core.keys import KeysMissing, load_keys
from lms.core.settings import Settings
from lms.core.text import number
from lms.indicators import snapshot_queries as held
from lms.indicators.snapshot_cli import faults_of as closing_faults
from lms.ledger.projector import project_all
from lms.ledger.rebuild import rebuild, state_hash
from lms.people.models import Commune, Person
from lms.reports import document_issue

Proof = Callable[[Database, Settings], str]
"""What was proved, in a sentence; a ClickException or Refusal says what is wrong."""


def _communes(session: Session) -> list[UUID]:
    return list(session.scalars(select(Commune.id).order_by(Commune.short_code)))


def log_is_whole(database: Database, _settings: Settings) -> str:
    """Every commune's audit chain, also against the checkpoints that its closed reports carry."""
    entries, found = 0, list[str]()
    with database.read() as session:
        for commune in _communes(session):
            known = audit.kept_checkpoints(session, commune)
            found += audit.verify(session, commune, known)
            entries += audit.checkpoint(session, commune).size
    if found:
        raise click.ClickException(found[0])
    return f"{number(entries)} mục, không mục nào bị sửa."


def results_come_from_events(database: Database, _settings: Settings) -> str:
    """Every projection dropped and made again gives the same state hash."""
    project_all(database)
    with database.read() as session:
        before = {commune: state_hash(session, commune) for commune in _communes(session)}
    events = compute_anew(database)
    with database.read() as session:
        differ = [commune for commune, was in before.items() if state_hash(session, commune) != was]
    if differ:
        raise click.ClickException(
            "dựng lại từ sự kiện ra kết quả khác. Hãy xem 'lms ledger status'."
        )
    signs = ", ".join(sorted(sign[:12] for sign in before.values()))
    return f"{number(events)} sự kiện dựng lại ra đúng kết quả cũ (dấu {signs})."


def compute_anew(database: Database) -> int:
    """Drop every projection of every commune and make it again; returns the events read."""
    with database.read() as session:
        communes = _communes(session)
    return sum(rebuild(database, commune).events for commune in communes)


def closed_figures_are_whole(database: Database, _settings: Settings) -> str:
    """The hashes of every closed period, its files and the reports made of it."""
    closings, documents, found = 0, 0, list[str]()
    with database.read() as session:
        for commune in _communes(session):
            for row in held.snapshots(session, commune):
                closings += 1
                found += closing_faults(session, row)
                for one in document_issue.documents(session, row):
                    documents += 1
                    found += document_issue.faults_of(session, one, row)
    if found:
        raise click.ClickException(found[0])
    return f"{closings} bản chốt và {documents} báo cáo khớp mã kiểm tra."


def certificates_open(database: Database, _settings: Settings) -> str:
    """The newest certificate of each commune, byte for byte as it was issued."""
    opened = []
    with database.read() as session:
        for commune in _communes(session):
            newest = session.scalars(
                select(Certificate)
                .where(Certificate.commune_id == commune, Certificate.content.is_not(None))
                .order_by(Certificate.year.desc(), Certificate.sequence.desc())
                .limit(1)
            ).first()
            if newest is not None:
                opened.append(f"{newest.number} ({number(len(files.file(session, newest)))} byte)")
    return f"mở được {', '.join(opened)}." if opened else "chưa cấp giấy nào."


def keys_fit(database: Database, settings: Settings) -> str:
    """The key file of this place opens what the backup holds sealed: without it both are worthless."""
    try:
        keys = load_keys(settings.keys)
    except KeysMissing as error:
        raise click.ClickException(str(error)) from error
    opened = 0
    with database.read() as session:
        for commune in _communes(session):
            sealed = session.execute(
                select(Person.id, Person.citizen_id_sealed)
                .where(Person.commune_id == commune, Person.citizen_id_sealed.is_not(None))
                .order_by(Person.id.desc())
                .limit(20)
            )
            for person, value in sealed:
                try:
                    keys.open(str(value), str(person))
                except InvalidTag as error:
                    raise click.ClickException(
                        f"tệp khóa {keys.kid} không mở được số định danh trong bản sao lưu. "
                        "Hãy tìm đúng phiếu khôi phục."
                    ) from error
                opened += 1
    return f"tệp khóa {keys.kid} mở được {opened} số định danh đem thử."


PROOFS: tuple[tuple[str, Proof], ...] = (
    ("Nhật ký", log_is_whole),
    ("Kết quả học", results_come_from_events),
    ("Số liệu đã chốt", closed_figures_are_whole),
    ("Giấy chứng nhận", certificates_open),
    ("Khóa", keys_fit),
)
