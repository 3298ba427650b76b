"""Sign-in through a provider, in words: why it was refused, and what the audit page says."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

REASONS = {
    "state": lazy("lượt đăng nhập đã hết hạn, đã dùng, hoặc bắt đầu từ trình duyệt khác"),
    "provider": lazy("câu trả lời đến từ nơi khác với nơi đã chọn"),
    "issuer": lazy("nơi cấp không đúng"),
    "cancelled": lazy("nơi đăng nhập báo đã thôi hoặc có lỗi"),
    "unreachable": lazy("không hỏi được nơi đăng nhập"),
    "code": lazy("mã đổi vé không được nhận"),
    "signature": lazy("chữ ký của vé không đúng hoặc dùng cách ký không cho phép"),
    "audience": lazy("vé cấp cho hệ thống khác"),
    "time": lazy("vé đã hết hạn hoặc chưa đến giờ; hãy xem đồng hồ máy chủ"),
    "nonce": lazy("vé không phải của lượt đăng nhập này"),
    "binding": lazy("vé không khớp với mã truy cập đi kèm"),
    "assurance": lazy("cách xác thực chưa đủ mức yêu cầu hoặc đã lâu"),
    "subject": lazy("vé không nói rõ là ai"),
    "claims": lazy("thông tin kèm theo có ký tự lạ"),
    "closed": lazy("tài khoản hoặc liên kết đã bị khóa"),
    "often": lazy("thử quá nhiều lần"),
}
"""Code → phrase of the audit page. No phrase and no code holds anything that a provider or browser sent."""

WORDS = {
    ("refused", "oidc"): lazy("từ chối một lần đăng nhập qua %(provider)s: %(said)s"),
    ("linked", "oidc_identity"): lazy("nối một tài khoản ngoài (%(provider)s) để đăng nhập"),
    ("ended", "oidc_identity"): lazy("bỏ nối một tài khoản ngoài (%(provider)s)"),
    ("asked", "oidc_link_request"): lazy("xin nối tài khoản ngoài (%(provider)s)"),
    ("refused", "oidc_link_request"): lazy("không nối tài khoản ngoài (%(provider)s)"),
    ("signed_in", "oidc_identity"): lazy("đăng nhập qua %(provider)s"),
    ("signed_out", "oidc_identity"): lazy(
        "%(provider)s báo đã đăng xuất: kết thúc %(sessions)s phiên"
    ),
}


class Refused(Exception):
    """A sign-in through a provider that goes no further; the person sees one calm page, whatever the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def listen() -> None:
    """The log learns these words; twice is once."""
    say(WORDS)
