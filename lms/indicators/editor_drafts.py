"""Drafts of plans: begun from the version that holds, changed piece by piece, saved or thrown away.

Every change says which revision was read: whoever comes second is told and loses nothing. The same
change twice is once. A draft is always readable YAML; whether it is a plan is asked when it is saved.
"""

import hashlib
from collections.abc import Callable
from copy import deepcopy
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core import audit, clock
from lms.core.errors import Conflict, Invalid, NotFound, TooLarge
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.ids import uuid7
from lms.indicators import actions, editor_versions, queries
from lms.indicators.editor_models import PlanDraft
from lms.indicators.editor_yaml import written
from lms.indicators.models import PlanAdoption
from lms.indicators.plan_annex import Annex, annexes_in
from lms.indicators.plan_file import checked, load_plan
from lms.indicators.plan_text import MAX_BYTES, read

Data = dict[str, Any]
MAX_DRAFTS = 20

_document = lru_cache(maxsize=16)(read)


class Overtaken(Conflict):
    """Somebody else changed the draft, or the plan, after this page was read."""


def draft_of(session: Session, who: Actor, code: str) -> PlanDraft | None:
    """The draft of this plan, if one is being written."""
    require(who, *actions.OFFICE)
    return session.scalar(_one(who, code))


def drafts_of(session: Session, who: Actor) -> list[PlanDraft]:
    """Every draft of the commune, the one changed last first."""
    require(who, *actions.OFFICE)
    query = select(PlanDraft).where(PlanDraft.commune_id == who.commune)
    return list(session.scalars(query.order_by(PlanDraft.changed_at.desc(), PlanDraft.id)))


def data_of_draft(draft: PlanDraft) -> Data:
    """The draft as plain data of its own."""
    return data_of_text(draft.source, draft.code)


def data_of_text(source: str, code: str) -> Data:
    """A plan file's text as plain data of its own."""
    found: Data = deepcopy(_document(source, code).data)
    return found


def has_comments(source: str) -> bool:
    """Whether the file has lines of comment, which go when a form changes something."""
    return any(line.lstrip().startswith("#") for line in source.splitlines())


def begin(session: Session, who: Actor, code: str) -> PlanDraft:
    """A draft of the plan as it holds here; the one that is there when there is one."""
    require(who, *actions.OFFICE)
    audit.lock_chain(session, who.commune)
    found = draft_of(session, who, code)
    if found is not None:
        return found
    versions = editor_versions.versions(session, who.commune, code)
    if not versions:
        raise NotFound(_("Xã chưa dùng kế hoạch “%(code)s”. Hãy chọn lại.", code=code))
    return _begun(session, who, code, versions[-1].source, versions[-1].row.definition_id)


def begin_new(session: Session, who: Actor, data: Data) -> PlanDraft:
    """A draft of a plan the commune does not have yet; Conflict when it does."""
    require(who, *actions.OFFICE)
    audit.lock_chain(session, who.commune)
    code = str(data["code"])
    if draft_of(session, who, code) or queries.newest_adoption(session, who.commune, code):
        message = _("Xã đã có kế hoạch mang mã “%(code)s”. Hãy đặt mã khác.", code=code)
        raise Conflict(message, fields={"code": [message]})
    return _begun(session, who, code, _text(data, code), None)


def _begun(
    session: Session, who: Actor, code: str, source: str, based_on: UUID | None
) -> PlanDraft:
    if len(drafts_of(session, who)) >= MAX_DRAFTS:
        raise Conflict(_("Xã đã có 20 bản nháp kế hoạch. Hãy bỏ bớt bản không dùng rồi làm lại."))
    row = PlanDraft(
        commune_id=who.commune, id=uuid7(), code=code, source=source, based_on=based_on,
        begun_by=who.id, changed_by=who.id,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, who, "begin", "plan_draft", row.id, code=code)
    return row


def change(
    session: Session, who: Actor, code: str, seen: int, how: Callable[[Data], Data]
) -> PlanDraft:
    """Change the draft; Overtaken when its revision is another and this would change something."""
    row = held(session, who, code)
    before = data_of_draft(row)
    after = how(deepcopy(before))
    if after != before:
        _refuse_overtaken(row, seen)
        _keep(session, who, row, _text(after, code))
    return row


def put_text(session: Session, who: Actor, code: str, seen: int, text: str) -> PlanDraft:
    """Put another text in the draft's place; PlanError names every line that is wrong."""
    row = held(session, who, code)
    if text == row.source:
        return row
    _refuse_overtaken(row, seen)
    plan = load_plan(text, _("kế hoạch"))
    if plan.code != code:
        message = _(
            "Kế hoạch này mang mã “%(other)s”. Hãy viết code: %(code)s, hoặc soạn kế hoạch mới.",
            other=plan.code,
            code=code,
        )
        raise Invalid(message, fields={"text": [message]})
    _keep(session, who, row, text)
    return row


def throw_away(session: Session, who: Actor, code: str, seen: int) -> None:
    """Throw the draft away; what holds stays. Twice is once."""
    row = draft_of(session, who, code)
    if row is None:
        return
    row = held(session, who, code)
    _refuse_overtaken(row, seen)
    _gone(session, row)
    audit.record(session, who, "throw_away", "plan_draft", row.id, code=code)


def adopt(
    session: Session, who: Actor, code: str, seen: int, holding: str, making: str
) -> PlanAdoption:
    """Make the draft the version that holds; pressed twice it is one version.

    `holding` is the SHA-256 of the version the page compared with, `making` that of the draft.
    """
    require(who, *actions.OFFICE)
    audit.lock_chain(session, who.commune)
    versions = editor_versions.versions(session, who.commune, code)
    newest = versions[-1] if versions else None
    row = draft_of(session, who, code)
    if row is None and newest is not None and newest.sha256 == making:
        return newest.row
    row = held(session, who, code)
    _refuse_overtaken(row, seen)
    if (newest.sha256 if newest else "") != holding:
        raise Overtaken(_("Xã vừa dùng một bản khác của kế hoạch. Hãy xem lại thay đổi rồi lưu."))
    plan, faults = checked(data_of_draft(row))
    if plan is None:
        raise Invalid(_("Bản nháp còn %(n)s chỗ phải sửa.", n=len(faults)))
    if newest is not None and plan == newest.plan and _annexes(row) == newest.annexes:
        raise Conflict(_("Bản nháp không khác gì bản đang dùng nên không có gì để lưu."))
    adoption = actions.import_plan(session, who, row.source, code)
    _gone(session, row)
    return adoption


def _annexes(row: PlanDraft) -> tuple[Annex, ...]:
    return annexes_in(row.source, row.code)


def held(session: Session, who: Actor, code: str) -> PlanDraft:
    """The draft, held until this transaction ends; Conflict when there is none any more."""
    require(who, *actions.OFFICE)
    query = _one(who, code).with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise Conflict(
            _("Bản nháp này đã được lưu hoặc đã bị bỏ. Hãy mở lại kế hoạch rồi bắt đầu sửa.")
        )
    return found


def _one(who: Actor, code: str) -> Select[PlanDraft]:
    return select(PlanDraft).where(PlanDraft.commune_id == who.commune, PlanDraft.code == code)


def _refuse_overtaken(row: PlanDraft, seen: int) -> None:
    if row.revision != seen:
        raise Overtaken(_("Người khác vừa sửa bản nháp này nên chưa lưu. Hãy xem hai bản."))


def _keep(session: Session, who: Actor, row: PlanDraft, source: str) -> None:
    row.source, row.revision = source, row.revision + 1
    row.changed_by, row.changed_at = who.id, clock.now()
    session.flush()


def _gone(session: Session, row: PlanDraft) -> None:
    session.delete(row)
    session.flush()


def sha256(source: str) -> str:
    """The name a plan file's text will have as a version."""
    return hashlib.sha256(source.encode()).hexdigest()


def _text(data: Data, code: str) -> str:
    """The data as a plan file, which is read back before it is kept."""
    text = written(data)
    if len(text.encode()) > MAX_BYTES:
        raise TooLarge(_("Kế hoạch dài quá 512 KB. Hãy viết ngắn lại."))
    read(text, code)
    return text
