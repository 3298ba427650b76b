"""Words of the frame."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return {
        "name": _("Lớp Học Số"),
        "back": _("Quay lại"),
        "of": _("trong"),
        "todo": _("Việc cần làm:"),
    }
