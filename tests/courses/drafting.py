"""What the tests of drafts share: who writes, what is copied, what is spoilt."""

from uuid import UUID

from sqlalchemy.orm import Session

from courses import draft_sources, drafts, queries
from lms.core.guard import Actor
from lms.core.policy import Role
from tests.cast import Cast

CODE, TITLE = "nguoi-dan-tan-binh", "Lớp số của xóm chợ"
LESSON = "modules/m1/b1.md"
HEAD = "programme.yaml"


def officer(cast: Cast, name: str = "oanh") -> Actor:
    """Oanh of TBT, or whoever is named; those of KHA begin with xa_."""
    commune = cast["KHA" if name.startswith("xa_") else "TBT"]
    return Actor(Role.OFFICER, commune, cast[name], name)


def copy(session: Session, cast: Cast, who: Actor | None = None, code: str = CODE) -> UUID:
    """A draft of the cast's programme under the commune's own code."""
    return draft_sources.copied(session, who or officer(cast), cast["version"], code, TITLE)


def edit(session: Session, who: Actor, draft_id: UUID, path: str, old: str, new: str) -> None:
    """Change one place of a file as somebody who has just opened it."""
    row = drafts.file(session, who, draft_id, path)
    text = row.body.decode()
    assert old in text, f"{old!r} is not in {path}"
    body = text.replace(old, new, 1).encode()
    drafts.write_file(session, who, draft_id, path, body, row.sha256)


def newest(session: Session, commune_id: UUID) -> dict[str, UUID]:
    """Code → the version that a commune's new classes are taught."""
    return {row.code: row.id for row in queries.newest(session, commune_id)}
