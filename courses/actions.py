"""Publishing: a version is written once and never changed."""

from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from courses import queries
from courses.chance import MOST_GUESSERS, guess_chance
from courses.loader import LoadedProgramme
from courses.models import CommuneProgramme, MediaRow, ProgrammeVersionRow
from courses.rules import ProgrammeVersion, canonical
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role


def publish(session: Session, version: ProgrammeVersion, media: Mapping[str, bytes]) -> bool:
    """Store a version that ships with the service; False when it ships already. Safe to repeat.

    `media` maps a picture's SHA-256 to its bytes; ValueError when one is missing or changed.
    """
    row = session.get(ProgrammeVersionRow, version.id)
    if row is None:
        _store(session, version, media, shipped=True)
        return True
    if row.shipped:
        return False
    # A commune has published this very content before; from now on every commune may teach it.
    row.shipped = True
    session.flush()
    return True


def publish_own(session: Session, who: Actor, loaded: LoadedProgramme) -> UUID:
    """Let the actor's commune teach this version as the newest of its code; gives the version's id.

    Safe to repeat. Classes that have begun keep their version. Conflict when the code belongs to a shipped
    programme, Invalid when guessing would pass its test too often.
    """
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    version = loaded.version
    refuse_shipped_code(session, version.code)
    _refuse_guessing(version)
    # One at a time in a commune: two who press the button together publish once.
    audit.lock_chain(session, who.commune)
    if _newest_own(session, who.commune, version.code) == version.id:
        return version.id
    if session.get(ProgrammeVersionRow, version.id) is None:
        _store(session, version, loaded.media, shipped=False)
    _decide(session, who, version)
    facts = {"code": version.code, "content": version.content_hash[:12]}
    audit.record(session, who, "published", "programme", version.id, **facts)
    return version.id


def refuse_shipped_code(session: Session, code: str) -> None:
    """Conflict when a programme that comes with the service has this code."""
    if queries.is_shipped(session, code):
        message = _(
            "Mã “%(code)s” là của chương trình có sẵn. Hãy đặt mã riêng, ví dụ “%(code)s-xa-minh”.",
            code=code,
        )
        raise Conflict(message, fields={"code": [message]})


def guess_chances(version: ProgrammeVersion) -> dict[str, Fraction]:
    """Level → the chance that a blind guesser passes its certifying form in any of the tries."""
    rules = {rule.level: rule for rule in version.pass_rules}
    return {
        plan.level: guess_chance(version, plan, rules[plan.level])
        for plan in version.blueprints
        if plan.kind == "certifying" and plan.level in rules
    }


def per_cent(chance: Fraction) -> str:
    """A chance in per cent for the eye: "0,14%", never rounded down to nothing."""
    if 0 < chance < Fraction(1, 10_000):
        return _("dưới 0,01%")
    return f"{float(chance * 100):.2f}%".replace(".", ",")


def _refuse_guessing(version: ProgrammeVersion) -> None:
    titles = {level.code: level.title for level in version.programme.levels}
    for level, chance in guess_chances(version).items():
        if chance > MOST_GUESSERS:
            raise Invalid(
                _(
                    "Đề thi mức “%(level)s” quá dễ đoán: bấm bừa cũng đạt với khả năng %(chance)s, "
                    "cao hơn mức 1%% cho phép. Hãy thêm câu hỏi, thêm phương án hoặc nâng tỷ lệ đạt.",
                    level=titles.get(level, level), chance=per_cent(chance),
                )
            )  # fmt: skip


def _newest_own(session: Session, commune_id: UUID, code: str) -> UUID | None:
    query = select(CommuneProgramme.version_id).where(
        CommuneProgramme.commune_id == commune_id, CommuneProgramme.code == code
    )
    order = (CommuneProgramme.published_at.desc(), CommuneProgramme.id.desc())
    return session.scalar(query.order_by(*order).limit(1))


def _decide(session: Session, who: Actor, version: ProgrammeVersion) -> None:
    """Note the commune's decision; an older version that is published again is the newest again."""
    decided = session.scalar(
        select(CommuneProgramme).where(
            CommuneProgramme.commune_id == who.commune, CommuneProgramme.version_id == version.id
        )
    )
    if decided is None:
        decided = CommuneProgramme(commune_id=who.commune, version_id=version.id, code=version.code)
        session.add(decided)
    decided.published_by, decided.published_at = who.id, clock.now()
    session.flush()


def _store(
    session: Session, version: ProgrammeVersion, media: Mapping[str, bytes], *, shipped: bool
) -> None:
    for medium in version.media:
        body = media.get(medium.sha256, b"")
        if sha256(body).hexdigest() != medium.sha256:
            raise ValueError(f"Hình {medium.name} không khớp nội dung đã ghi tên.")
        if session.get(MediaRow, medium.sha256) is None:
            _add_once(
                session, MediaRow(sha256=medium.sha256, media_type=medium.media_type, body=body)
            )
    row = ProgrammeVersionRow(
        id=version.id,
        code=version.code,
        content_hash=version.content_hash,
        title=version.programme.title,
        document=canonical(version),
        shipped=shipped,
        counts_as=version.programme.counts_as,
    )
    _add_once(session, row)


def _add_once(session: Session, row: MediaRow | ProgrammeVersionRow) -> None:
    """Add a row that is named by its content; another commune may write the same at this moment."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return
