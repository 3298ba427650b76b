"""A commune's own rule: whether its administrators and officers must prove a second step at sign-in."""

from sqlalchemy.orm import Session

from lms.core import audit
from lms.core.errors import Conflict
from lms.core.guard import Actor, require
from lms.core.i18n import _
from lms.core.policy import Role
from lms.people import totp
from lms.people.models import Commune


def ask(session: Session, who: Actor, *, asked: bool) -> None:
    """Set the rule. It holds from the next sign-in on; who has no second step yet sets it up then.

    Whoever asks it of others has it already: so a telephone that works has been tried before.
    """
    require(who, Role.ADMINISTRATOR)
    commune = session.get_one(Commune, who.commune)
    if commune.two_steps == asked:
        return
    if asked and who.role is not Role.SYSTEM and not totp.is_on(session, who.key):
        raise Conflict(
            _("Hãy bật xác nhận hai bước cho chính mình trước, ở trang Tài khoản của tôi, rồi mới yêu cầu "
              "mọi người.")
        )  # fmt: skip
    commune.two_steps = asked
    if asked:
        audit.record(session, who, "asked_two_steps", "commune", who.commune)
    else:
        audit.record(session, who, "freed_two_steps", "commune", who.commune)
