"""Where a draft comes from: a programme that is taught, a pack, or a small frame to fill in."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from courses import drafts, queries
from courses.draft_files import HEAD, checked_code, checked_title, head_of
from courses.loader import load_files
from courses.models import MediaRow
from courses.packs import read_pack, write_pack
from courses.rules import COUNTED_PROGRAMMES, ProgrammeVersion
from courses.writing import write_files
from lms.core.guard import Actor, require
from lms.core.policy import Role


def copied(session: Session, who: Actor, version_id: UUID, code: str, title: str) -> UUID:
    """A new draft with everything of a version that the commune may see; gives the draft's id."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    version = queries.visible(session, who.commune, version_id)
    code, title = checked_code(code), checked_title(title)
    content = write_files(copy_of(version, code, title), media_of(session, version))
    return drafts.create(session, who, code, title, content, based_on=version_id)


def copy_of(version: ProgrammeVersion, code: str, title: str) -> ProgrammeVersion:
    """The same content under another name; it goes on to count in plans as the first one did."""
    own = version.programme
    counted = own.counts_as or (own.code if own.code in COUNTED_PROGRAMMES else "")
    head = replace(own, code=code, title=title, counts_as="" if counted == code else counted)
    return replace(version, programme=head)


def unpacked(session: Session, who: Actor, pack: bytes, code: str = "", title: str = "") -> UUID:
    """A new draft of a pack's files; an empty code or title is that of the pack.

    ContentError with file and line when the pack is broken: then nothing is kept.
    """
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    content = read_pack(pack)
    drafts.refuse_large(content)
    load_files(content)
    head = head_of(content[HEAD])
    return drafts.create(session, who, code or head.code, title or head.title, content)


def begun(session: Session, who: Actor, code: str, title: str) -> UUID:
    """A new draft of the frame: one lesson, a few questions, one task, all to be overwritten."""
    return drafts.create(session, who, code, title, _skeleton())


def pack_of_version(session: Session, who: Actor, version_id: UUID) -> tuple[str, bytes]:
    """The code and the pack of a version that the commune may see. It holds the keys of the tests."""
    require(who, Role.OFFICER, Role.ADMINISTRATOR)
    version = queries.visible(session, who.commune, version_id)
    return version.code, write_pack(write_files(version, media_of(session, version)))


def pack_of_draft(session: Session, who: Actor, draft_id: UUID) -> tuple[str, bytes]:
    """The code and the pack of a draft, as it stands."""
    row = drafts.draft(session, who, draft_id)
    return row.code, write_pack(drafts.files_of(session, who, draft_id))


def media_of(session: Session, version: ProgrammeVersion) -> Mapping[str, bytes]:
    """SHA-256 → bytes of the version's drawings."""
    wanted = [medium.sha256 for medium in version.media]
    rows = session.execute(
        select(MediaRow.sha256, MediaRow.body).where(MediaRow.sha256.in_(wanted))
    )
    return {row.sha256: row.body for row in rows}


@cache
def _skeleton() -> Mapping[str, bytes]:
    return dict(_walk(files("courses") / "skeleton", ""))


def _walk(folder: Traversable, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        found += _walk(entry, f"{name}/") if entry.is_dir() else [(name, entry.read_bytes())]
    return found
