"""What happened to a class, in the plain words of the audit page."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

WORDS = {
    ("create", "cohort"): lazy("tạo lớp"),
    ("enrol", "enrolment"): lazy("ghi danh học viên"),
    ("withdraw", "enrolment"): lazy("cho học viên thôi học"),
    ("new_pin", "enrolment"): lazy("cấp mã số mới cho học viên"),
    ("new_card", "enrolment"): lazy("cấp thẻ mới cho học viên"),
    ("make_cards", "cohort"): lazy("làm thẻ cho học viên của lớp"),
    ("make_spares", "cohort"): lazy("làm thẻ khách cho lớp"),
    ("renew_card", "account"): lazy("cấp thẻ mới cho giảng viên"),
    ("unlock", "enrolment"): lazy("mở khóa cho học viên"),
    ("accommodate", "enrolment"): lazy("ghi hỗ trợ khi kiểm tra"),
    ("enrol", "device"): lazy("đăng ký máy tính bảng"),
    ("revoke", "device"): lazy("thu hồi máy tính bảng"),
    ("open", "sitting"): lazy("mở buổi kiểm tra có giám sát"),
    ("close", "sitting"): lazy("kết thúc buổi kiểm tra có giám sát"),
    ("session.opened", "class_session"): lazy("mở buổi học"),
    ("session.closed", "class_session"): lazy("kết thúc buổi học"),
}


def listen() -> None:
    """Make the words known."""
    say(WORDS)
