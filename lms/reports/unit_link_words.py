"""What happened to the calendar and to units' links, in the plain words of the audit page."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

WORDS = {
    ("set", "report_reminder_day"): lazy("đặt ngày nhắc của xã cho kế hoạch %(plan)s: %(day)s"),
    ("take_back", "report_reminder_day"): lazy("bỏ ngày nhắc của xã cho kế hoạch %(plan)s"),
    ("make", "calendar_feed"): lazy("tạo địa chỉ lịch hạn báo cáo"),
    ("revoke", "calendar_feed"): lazy("thu hồi địa chỉ lịch hạn báo cáo"),
    ("make", "unit_link"): lazy("tạo đường dẫn cho %(unit)s, dùng đến %(until)s"),
    ("revoke", "unit_link"): lazy("thu hồi đường dẫn của %(unit)s"),
    ("open", "unit_link"): lazy("mở đường dẫn của %(unit)s trên máy thứ %(machine)s"),
    ("ask", "unit_question"): lazy("chọn số liệu hỏi các đơn vị loại %(units)s: %(count)s số"),
    ("propose", "unit_proposal"): lazy("%(unit)s gửi %(count)s số liệu để cán bộ xem"),
    ("accept", "unit_proposal"): lazy("nhận một số liệu %(unit)s tự khai"),
    ("refuse", "unit_proposal"): lazy("trả lại một số liệu %(unit)s tự khai"),
    ("confirm", "unit_remark"): lazy("%(unit)s xác nhận số của mình đúng"),
    ("remark", "unit_remark"): lazy("%(unit)s gửi ý kiến về số của mình"),
    ("read", "unit_remark"): lazy("đánh dấu đã xem ý kiến của đơn vị"),
}


def listen() -> None:
    """Make the words known."""
    say(WORDS)
