"""At the commune: a laptop is made a box, gets classes and loses them, and is disabled."""

import json
from base64 import b64encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.cohorts import queries as cohorts
from lms.cohorts.actions import MANAGERS
from lms.cohorts.devices import LABEL_AT_MOST, free_label
from lms.cohorts.models import Cohort, Device
from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import CODE_LETTERS
from lms.core.keys import Keys
from lms.offline.box import seal
from lms.offline.box.content import box_pepper, derived_key
from lms.offline.box.models import Box, BoxCohort
from lms.offline.box.snapshots import make_snapshot

CLASSES_AT_MOST = 30


@dataclass(frozen=True)
class NewBox:
    """What is asked for; `id` and `code` are made by the page, so that pressing twice makes one box."""

    id: UUID
    label: str
    cohort_ids: Collection[UUID]
    code: str
    """The one-time code that opens the file: `seal.new_code`. It is kept nowhere."""
    url: str = ""
    """Where a box reaches the commune over a network; empty: by stick only."""


def check_new(session: Session, who: Actor, new: NewBox) -> None:
    """What can be known to be wrong before the file is made; Invalid names the field."""
    require(who, *MANAGERS)
    _label(session, who.commune, new.label)
    if not new.cohort_ids:
        words = _("Hãy chọn ít nhất một lớp cho máy này.")
        raise Invalid(words, fields={"cohort": [words]})
    for key in new.cohort_ids:
        _giveable(session, who.commune, None, key)


def create_box(session: Session, who: Actor, keys: Keys, new: NewBox) -> bytes:
    """Make a box and the file that `lms box init` reads.

    Twice with the same id and code is once, and gives a file that opens the same box.
    """
    require(who, *MANAGERS)
    audit.lock_chain(session, who.commune)
    secret = seal.box_secret(_seed(keys, who.commune, new))
    box = session.get(Box, (who.commune, new.id))
    if box is None:
        box = _made(session, who, new, str(secret.public))
        give_classes(session, who, box.id, new.cohort_ids)
    if box.public_key != str(secret.public) or box.disabled_at is not None:
        raise Conflict(_("Máy lớp này đã tạo rồi. Hãy tạo máy lớp mới, với mã mới."))
    return seal.seal_for_code(_init_file(session, keys, new, box), _letters(new.code))


def _letters(code: str) -> str:
    """The letters of a one-time code; Invalid for what `seal.new_code` did not make."""
    found = "".join(letter for letter in code.upper() if letter in CODE_LETTERS)
    if len(found) != seal.CODE_LENGTH:
        words = _("Mã một lần chưa đúng. Hãy mở lại trang “Máy lớp” rồi làm lại từ đầu.")
        raise Invalid(words, fields={"code": [words]})
    return found


def _seed(keys: Keys, commune_id: UUID, new: NewBox) -> bytes:
    """The seed of the box's keys: it takes the code, which only the file's reader has, to make it again."""
    return derived_key(keys.pepper, f"lhs-box-seed:{commune_id}:{new.id}:{_letters(new.code)}")


def _made(session: Session, who: Actor, new: NewBox, public: str) -> Box:
    label = _label(session, who.commune, new.label)
    _refuse_taken(session, who.commune, new.id)
    box = Box(commune_id=who.commune, id=new.id, label=label, public_key=public, made_by=who.id)
    session.add(box)
    session.flush()
    # What the box's own pages write comes from this device.
    session.add(Device(commune_id=who.commune, id=box.id, label=label, kind="box", box_id=box.id))
    session.flush()
    audit.record(session, who, "create", "box", box.id)
    return box


def _refuse_taken(session: Session, commune_id: UUID, key: UUID) -> None:
    """The page makes the id; one that another device bears was typed by somebody."""
    if session.get(Device, (commune_id, key)) is not None:
        raise Conflict(_("Lượt tạo này đã cũ. Hãy mở lại trang “Máy lớp” rồi làm lại từ đầu."))


def _label(session: Session, commune_id: UUID, typed: str) -> str:
    words = _("Hãy đặt tên máy lớp, ví dụ Máy lớp thôn Đông (tối đa %(n)s chữ).", n=LABEL_AT_MOST)
    return free_label(session, commune_id, typed, words)


def _init_file(session: Session, keys: Keys, new: NewBox, box: Box) -> bytes:
    commune = seal.commune_secret(keys).public
    told: dict[str, Any] = {
        "format": 1, "box": str(box.id), "commune": str(box.commune_id), "label": box.label,
        "seed": _seed(keys, box.commune_id, new).hex(),
        "pepper": box_pepper(keys, box.commune_id, box.id).hex(),
        "commune_keys": str(commune), "url": new.url,
        "snapshot": b64encode(make_snapshot(session, keys, box)).decode(),
    }  # fmt: skip
    return json.dumps(told).encode()


def box_of_commune(session: Session, commune_id: UUID, box_id: UUID) -> Box:
    """A box of this commune, or NotFound."""
    found = session.get(Box, (commune_id, box_id))
    if found is None:
        raise NotFound(_("Không tìm thấy máy lớp này."))
    return found


def give_classes(session: Session, who: Actor, box_id: UUID, cohort_ids: Collection[UUID]) -> int:
    """Let the box hold exactly these classes; returns how many changed. What it made in others still counts.

    A class is held by one box at a time, so that its trainer knows where it is.
    """
    require(who, *MANAGERS)
    audit.lock_chain(session, who.commune)
    box = box_of_commune(session, who.commune, box_id)
    _refuse_disabled(box)
    if len(cohort_ids) > CLASSES_AT_MOST:
        words = _("Mỗi máy lớp giữ nhiều nhất %(n)s lớp.", n=CLASSES_AT_MOST)
        raise Invalid(words, fields={"cohort": [words]})
    held = {row.cohort_id: row for row in _held(session, box)}
    wanted = {_giveable(session, who.commune, box.id, key).id for key in cohort_ids}
    standing = {key for key, row in held.items() if row.taken_at is None}
    for key in sorted(wanted - standing):
        _give(session, who, box, held.get(key), key)
    for key in sorted(standing - wanted):
        held[key].taken_at = clock.now()
        audit.record(session, who, "take_back", "box_cohort", key, box=str(box.id))
    session.flush()
    return len(wanted ^ standing)


def _held(session: Session, box: Box) -> Sequence[BoxCohort]:
    query = select(BoxCohort).where(
        BoxCohort.commune_id == box.commune_id, BoxCohort.box_id == box.id
    )
    return session.scalars(query).all()


def _giveable(session: Session, commune_id: UUID, box_id: UUID | None, cohort_id: UUID) -> Cohort:
    cohort = cohorts.cohort(session, commune_id, cohort_id)
    other = holder_of(session, commune_id, cohort.id)
    if other is not None and other.id != box_id:
        words = _(
            "Lớp %(name)s đang ở %(box)s. Hãy thu lớp về từ máy đó trước.",
            name=cohort.name,
            box=other.label,
        )
        raise Invalid(words, fields={"cohort": [words]})
    return cohort


def holder_of(session: Session, commune_id: UUID, cohort_id: UUID) -> Box | None:
    """The box that holds a class now."""
    return session.scalar(
        select(Box)
        .join(BoxCohort, (BoxCohort.commune_id == Box.commune_id) & (BoxCohort.box_id == Box.id))
        .where(
            Box.commune_id == commune_id,
            BoxCohort.cohort_id == cohort_id,
            BoxCohort.taken_at.is_(None),
            Box.disabled_at.is_(None),
        )
        .limit(1)
    )


def _give(session: Session, who: Actor, box: Box, row: BoxCohort | None, key: UUID) -> None:
    given = row or BoxCohort(commune_id=box.commune_id, box_id=box.id, cohort_id=key)
    given.taken_at, given.given_by, given.given_at = None, who.id, clock.now()
    session.add(given)
    audit.record(session, who, "give", "box_cohort", key, box=str(box.id))


def _refuse_disabled(box: Box) -> None:
    if box.disabled_at is not None:
        raise Conflict(_("Máy lớp này đã ngừng. Hãy tạo máy lớp mới."))


def disable_box(session: Session, who: Actor, box_id: UUID) -> Box:
    """Nothing of this box is taken in any more, and it is told nothing more. Twice is once."""
    require(who, *MANAGERS)
    audit.lock_chain(session, who.commune)
    box = box_of_commune(session, who.commune, box_id)
    if box.disabled_at is None:
        box.disabled_at, box.disabled_by = clock.now(), who.id
        device = session.get(Device, (box.commune_id, box.id))
        if device is not None:
            device.revoked_at = device.revoked_at or clock.now()
        audit.record(session, who, "disable", "box", box.id)
    session.flush()
    return box


def enable_box(session: Session, who: Actor, box_id: UUID) -> Box:
    """The laptop was found again: what it sends is taken in as before. Twice is once."""
    require(who, *MANAGERS)
    audit.lock_chain(session, who.commune)
    box = box_of_commune(session, who.commune, box_id)
    if box.disabled_at is not None:
        box.label = _label(session, who.commune, box.label)
        for row in _held(session, box):
            if (
                row.taken_at is None
                and holder_of(session, box.commune_id, row.cohort_id) is not None
            ):
                row.taken_at = clock.now()
        box.disabled_at = box.disabled_by = None
        device = session.get(Device, (box.commune_id, box.id))
        if device is not None:
            device.revoked_at = None
        audit.record(session, who, "enable", "box", box.id)
    session.flush()
    return box


def snapshot_for(session: Session, who: Actor, keys: Keys, box_id: UUID) -> tuple[Box, bytes]:
    """The newest snapshot of a box, to be carried to it."""
    require(who, *MANAGERS)
    audit.lock_chain(session, who.commune)
    box = box_of_commune(session, who.commune, box_id)
    return box, make_snapshot(session, keys, box)
