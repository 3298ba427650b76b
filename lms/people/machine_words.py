"""What happened to other systems' access, in the plain words of the audit page; and their scopes in words."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

SCOPE_WORDS = {
    "counts:read": lazy("Đọc số liệu chỉ tiêu (không có người nào trong đó)"),
    "records:read": lazy("Đọc kết quả và giấy chứng nhận của từng người, theo mã riêng"),
    "events:write": lazy("Gửi kết quả khóa học của hệ thống đó; cán bộ xã xem rồi mới được tính"),
}
USE_WORDS = {
    "token": lazy("xin mã vào"),
    "counts": lazy("đọc số liệu"),
    "records": lazy("đọc kết quả từng người"),
    "completions": lazy("gửi kết quả khóa học"),
    "refused": lazy("bị từ chối"),
}
COMPLETION_WORDS = {
    "completed": lazy("hoàn thành"),
    "passed": lazy("đạt"),
    "excellent": lazy("xuất sắc"),
}
"""What a completion that another system sent says of how it went."""
RECORD_WORDS = {
    "attainment": lazy("kết quả đạt"),
    "certificate": lazy("giấy chứng nhận"),
}
WORDS = {
    ("created", "machine_client"): lazy("cho một hệ thống khác được gọi vào: %(scopes)s"),
    ("rotated", "machine_client"): lazy("cấp mã bí mật mới cho hệ thống khác"),
    ("ended_old", "machine_client"): lazy("chấm dứt mã bí mật cũ của hệ thống khác"),
    ("disabled", "machine_client"): lazy("ngừng cho hệ thống khác gọi vào"),
    ("issued", "machine_token"): lazy("lấy mã vào 15 phút: %(scopes)s"),
    ("revoked", "machine_token"): lazy("tự chấm dứt mã vào"),
    ("began", "machine_use"): lazy("bắt đầu gọi trong giờ %(hour)s: %(said)s"),
    ("summed", "machine_use"): lazy(
        "trong giờ %(hour)s đã gọi %(calls)s lần: %(said)s, %(rows)s dòng"
    ),
    ("read", "machine_records"): lazy("đọc %(rows)s dòng của từng người: %(said)s"),
}


def listen() -> None:
    """The log learns these words; twice is once."""
    say(WORDS)
