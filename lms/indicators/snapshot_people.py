"""Who stood in a closed figure, by today's names: ids were frozen, names were not.

Somebody erased since is "đã xóa theo yêu cầu"; a record that is gone (its import was taken back) says so.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.i18n import _
from lms.core.text import day
from lms.indicators.bare import BareId, bare_rows
from lms.indicators.evidence_texts import evidence_texts
from lms.indicators.rules.facts import Facts, Key
from lms.indicators.rules.vocabulary import Subject
from lms.indicators.snapshot_rules import record_changes
from lms.people.models import Household, Person, Unit
from lms.people.queries import names_of

RECORD_WORDS = {
    "new": "mới có trong danh sách", "gone": "không còn trong danh sách", "birth": "sửa năm sinh, giới tính",
    "death": "sửa ngày mất", "home": "sửa nơi ở", "group": "sửa nhóm",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """One subject of a closed figure. `page` says whether the record may be opened."""

    id: UUID
    name: str
    born: str = ""
    page: bool = False
    told: tuple[str, ...] = ()


def named(
    session: Session, commune_id: UUID, subject: str, keys: Collection[Key],
    offset: int = 0, limit: int | None = None,
    tell: Callable[[Session, UUID, Sequence[Key]], Mapping[Key, tuple[str, ...]]] | None = None,
) -> list[Named]:  # fmt: skip
    """One page of subjects in the order of their names; `tell` adds sentences to those on it."""
    ordered = _ordered(session, commune_id, subject, frozenset(map(str, keys)))
    page = ordered[offset : None if limit is None else offset + limit]
    rows = _rows(session, commune_id, subject, page)
    told = tell(session, commune_id, page) if tell else {}
    return [_named(key, rows.get(key), told.get(key, ())) for key in page]


def _named(key: str, row: tuple[str, str, bool] | None, told: tuple[str, ...]) -> Named:
    name, born, page = row or (_("hồ sơ không còn trong danh sách"), "", False)
    return Named(UUID(key), name, born, page, told)


def _table(subject: str) -> tuple[Any, Any]:
    if subject == Subject.HOUSEHOLD.value:
        return Household, Household.code
    if subject in (Subject.UNIT.value, Subject.TEAM.value):
        return Unit, Unit.code
    return Person, Person.sort_key


def _ordered(session: Session, commune_id: UUID, subject: str, keys: frozenset[str]) -> list[str]:
    """The keys by name; those without a record stand at the end."""
    table, by = _table(subject)
    query = select(BareId(table.id)).where(table.commune_id == commune_id).order_by(by, table.id)
    found = [key for (key,) in bare_rows(session, query) if key in keys]
    return [*found, *sorted(keys - set(found))]


def _rows(
    session: Session, commune_id: UUID, subject: str, keys: Sequence[str]
) -> dict[str, tuple[str, str, bool]]:
    """Name, birth and whether there is a page, by key."""
    ids = [UUID(key) for key in keys]
    table, _by = _table(subject)
    query = select(table).where(table.commune_id == commune_id, table.id.in_(ids))
    return {row.id.hex: _described(row) for row in session.scalars(query)}


def _described(row: Any) -> tuple[str, str, bool]:
    if isinstance(row, Household):
        return _("Hộ %(code)s", code=row.code), "", False
    if isinstance(row, Unit):
        return row.name, "", False
    if row.erased_on is not None:
        return _("đã xóa theo yêu cầu ngày %(day)s", day=day(row.erased_on)), "", False
    return row.full_name, day(row.birth_date) or str(row.birth_year or ""), True


# --- what is told beside a name -----------------------------------------------------------------


def by_proof(
    proofs: Mapping[Key, tuple[Key, ...]],
) -> Callable[[Session, UUID, Sequence[Key]], dict[Key, tuple[str, ...]]]:
    """What counted for each."""

    def tell(session: Session, commune_id: UUID, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
        own = {key: proofs.get(key, ()) for key in keys}
        texts = evidence_texts(session, commune_id, {k for found in own.values() for k in found})
        return {key: tuple(texts[k] for k in found if k in texts) for key, found in own.items()}

    return tell


def by_record(
    old: Facts, new: Facts
) -> Callable[[Session, UUID, Sequence[Key]], dict[Key, tuple[str, ...]]]:
    """What is different about each one's own record."""

    def tell(session: Session, commune_id: UUID, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
        found = record_changes(old, new, frozenset(keys))
        return {key: tuple(_(RECORD_WORDS[one]) for one in what) for key, what in found.items()}

    return tell


def by_merge(
    roots: Mapping[Key, Key],
) -> Callable[[Session, UUID, Sequence[Key]], dict[Key, tuple[str, ...]]]:
    """Whose record each one's is part of today; those who stand alone are told nothing."""

    def tell(session: Session, commune_id: UUID, keys: Sequence[Key]) -> dict[Key, tuple[str, ...]]:
        into = {key: UUID(str(roots[key])) for key in keys if key in roots}
        names = names_of(session, commune_id, set(into.values()))
        return {
            key: (_("nay là một với hồ sơ %(name)s", name=names[root]),)
            for key, root in into.items()
            if names.get(root)
        }

    return tell
