"""What this package writes into the audit log, in words."""

from lms.core.i18n import lazy
from lms.people.audit_words import say


def listen() -> None:
    """Give the log its sentences."""
    say(
        {
            ("remarked", "item"): lazy(
                "cho chấm lại câu “%(item)s”: %(attempts)s bài làm được thêm điểm"
            ),
        }
    )
