"""From a draft to what classes are taught: published as a whole, or refused with every reason."""

from uuid import UUID

from sqlalchemy.orm import Session

from courses import actions
from courses.draft_state import State, state
from lms.core.errors import Invalid
from lms.core.guard import Actor
from lms.core.i18n import _

MOST_TOLD = 20


def publish_draft(session: Session, who: Actor, draft_id: UUID) -> UUID:
    """Publish the draft as it stands now; gives the version's id. Safe to repeat.

    Invalid with file and line while something is wrong; what was published before stays as it is.
    """
    found = state(session, who, draft_id)
    if found.problems or found.checked.loaded is None:
        raise Invalid(
            _("Chưa xuất bản được: bản nháp còn %(count)s lỗi. Hãy sửa rồi làm lại.",
              count=len(found.problems)),
            fields={"draft": told(found)},
        )  # fmt: skip
    return actions.publish_own(session, who, found.checked.loaded)


def told(found: State) -> list[str]:
    """The first problems as lines "file:line: sentence"."""
    return [str(p) for p in found.checked.problems[:MOST_TOLD]] or [
        f"{p.file}:{p.line}: {p.message}" for p in found.problems[:MOST_TOLD]
    ]
