"""Other systems that may call us: made, given a second secret, ended. Secrets are told once and never kept.

A secret has 256 random bits, so it is kept as a keyed digest: there is nothing to guess and nothing to
slow down, and who asks for a token pays no argon2.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import spoken_code, uuid7
from lms.core.keys import Keys
from lms.core.policy import SCOPES, Role
from lms.core.text import clean
from lms.people.machine_models import MachineClient, MachineSecret, MachineToken
from lms.people.models import Commune

COUNTS, EVENTS, RECORDS = SCOPES
OLD_SECRET_LASTS = timedelta(days=7)
"""How long the secret before stays good, so that the other side can change over in peace."""
_PURPOSE = "machine-secret"
_NONE = "0" * 64


@dataclass(frozen=True, slots=True)
class NewMachine:
    """What is written down of another system. `key` is made by the form: the same key is one client."""

    name: str
    holder: str
    scopes: Collection[str]
    with_names: bool = False
    reach: str = "commune"
    key: UUID | None = None


def create(session: Session, who: Actor, keys: Keys, new: NewMachine) -> tuple[MachineClient, str]:
    """A new client and its first secret, told this once. Province reach is given by command alone."""
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    if new.key is not None and session.get(MachineClient, (who.commune, new.key)) is not None:
        raise Conflict(_shown_once())
    _check(who, new)
    code = session.scalars(select(Commune.short_code).where(Commune.id == who.commune)).one()
    row = MachineClient(
        commune_id=who.commune, id=new.key or uuid7(), client_id=f"{code}.{spoken_code(12)}",
        name=clean(new.name), holder=clean(new.holder), scopes=" ".join(sorted(new.scopes)),
        with_names=new.with_names, reach=new.reach, made_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, who, "created", "machine_client", row.id,
        scopes=row.scopes, names="1" if row.with_names else "0", reach=row.reach,
    )  # fmt: skip
    return row, _new_secret(session, who, keys, row)


def _shown_once() -> str:
    return _(
        "Việc này đã làm rồi, và mã bí mật chỉ hiện một lần. Nếu chưa chép được mã, hãy bấm “Cấp mã bí mật "
        "mới” ở dòng của hệ thống đó."
    )


def _check(who: Actor, new: NewMachine) -> None:
    problems: dict[str, list[str]] = {}
    for field, text in (("name", new.name), ("holder", new.holder)):
        if not 2 <= len(clean(text)) <= 120:
            problems[field] = [_("Hãy ghi từ 2 đến 120 chữ.")]
    if not new.scopes or not set(new.scopes) <= set(SCOPES):
        problems["scopes"] = [_("Hãy chọn ít nhất một quyền trong danh sách.")]
    elif EVENTS in new.scopes and RECORDS not in new.scopes:
        problems["scopes"] = [
            _(
                "Gửi kết quả thì phải gọi tên người học bằng mã riêng, nên cần cả quyền đọc kết quả từng người."
            )
        ]
    elif new.with_names and RECORDS not in new.scopes:
        problems["with_names"] = [
            _("Kèm họ tên chỉ có nghĩa khi được đọc kết quả của từng người. Hãy chọn quyền đó.")
        ]
    if new.reach != "commune":
        problems |= _wide(who, new)
    if problems:
        raise Invalid(_("Chưa lưu được. Hãy sửa các chỗ được chỉ ra."), fields=problems)


def _wide(who: Actor, new: NewMachine) -> dict[str, list[str]]:
    """A province's system reads counts alone, and only the server's own command makes one."""
    if new.reach != "province" or who.role is not Role.SYSTEM:
        return {"reach": [_("Hệ thống của tỉnh chỉ được tạo bằng lệnh trên máy chủ.")]}
    if set(new.scopes) != {COUNTS}:
        return {"scopes": [_("Hệ thống của tỉnh chỉ được đọc số liệu (counts:read).")]}
    return {}


# --- secrets ------------------------------------------------------------------------------------


def _new_secret(
    session: Session, who: Actor, keys: Keys, row: MachineClient, key: UUID | None = None
) -> str:
    secret = f"ms_{secrets.token_urlsafe(32)}"
    session.add(
        MachineSecret(
            commune_id=row.commune_id, id=key or uuid7(), machine_id=row.id,
            digest=keys.digest(_PURPOSE, secret), made_by=who.id,
        )
    )  # fmt: skip
    session.flush()
    return secret


def standing(session: Session, row: MachineClient) -> list[MachineSecret]:
    """The secrets that open something now, the newest first: one, or two while one is changed."""
    table = MachineSecret
    query = select(table).where(
        table.commune_id == row.commune_id,
        table.machine_id == row.id,
        or_(table.ends_at.is_(None), table.ends_at > clock.now()),
    )
    return list(session.scalars(query.order_by(table.made_at.desc(), table.id.desc())))


def is_secret(keys: Keys, given: str, digests: Collection[str]) -> bool:
    """Whether it is one of these, in a time that tells neither which nor how many there are."""
    padded = [*digests, _NONE, _NONE][:2]
    return sum([keys.matches(_PURPOSE, given, digest) for digest in padded]) > 0


def rotate(
    session: Session, who: Actor, keys: Keys, machine_id: UUID, key: UUID | None = None
) -> tuple[MachineClient, str]:
    """A second secret, told this once; the one before ends in seven days, an older one now."""
    row = _open(session, who, machine_id)
    if key is not None and session.get(MachineSecret, (who.commune, key)) is not None:
        raise Conflict(_shown_once())
    now = clock.now()
    for place, old in enumerate(standing(session, row)):
        ends = now + OLD_SECRET_LASTS if place == 0 else now
        old.ends_at = min(old.ends_at or ends, ends)
    secret = _new_secret(session, who, keys, row, key)
    audit.record(session, who, "rotated", "machine_client", row.id)
    return row, secret


def end_old(session: Session, who: Actor, machine_id: UUID) -> None:
    """End every secret but the newest, and every token, now. Twice is once."""
    row = _open(session, who, machine_id)
    old = standing(session, row)[1:]
    for secret in old:
        secret.ends_at = clock.now()
    if old:
        _end_tokens(session, row)
        audit.record(session, who, "ended_old", "machine_client", row.id)


# --- ending -------------------------------------------------------------------------------------


def disable(session: Session, who: Actor, machine_id: UUID) -> None:
    """Shut a client out everywhere at once: secrets and tokens end. Twice is once; it is not undone."""
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    row = of_commune(session, who.commune, machine_id)
    session.refresh(row)
    if row.disabled_at is not None:
        return
    row.disabled_at, row.disabled_by = clock.now(), who.id
    for secret in standing(session, row):
        secret.ends_at = row.disabled_at
    _end_tokens(session, row)
    audit.record(session, who, "disabled", "machine_client", row.id)


def _end_tokens(session: Session, row: MachineClient) -> None:
    session.flush()
    session.execute(
        update(MachineToken)
        .where(
            MachineToken.commune_id == row.commune_id,
            MachineToken.machine_id == row.id,
            MachineToken.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
    )


def _open(session: Session, who: Actor, machine_id: UUID) -> MachineClient:
    require(who, Role.ADMINISTRATOR)
    audit.lock_chain(session, who.commune)
    row = of_commune(session, who.commune, machine_id)
    session.refresh(row)
    if row.disabled_at is not None:
        raise Conflict(_("Hệ thống này đã ngừng. Muốn dùng lại, hãy thêm một hệ thống mới."))
    return row


def of_commune(session: Session, commune_id: UUID, machine_id: UUID) -> MachineClient:
    """A client of the commune; a foreign one looks like a missing one."""
    row = session.get(MachineClient, (commune_id, machine_id))
    if row is None:
        raise NotFound(_("Không tìm thấy hệ thống này. Hãy mở lại danh sách."))
    return row
