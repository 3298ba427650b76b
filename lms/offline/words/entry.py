"""Words of `js/entry/`."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return _gates() | _machine() | _class() | _own_phone() | _turn() | _look()


def _gates() -> dict[str, str]:
    """Before the class: other apps, browsers that keep nothing, no network."""
    return {
        "wait": _("Đang mở lớp…"),
        "app": _("Hãy mở bằng Chrome"),
        "app-why": _(
            "Trang này đang mở bên trong một ứng dụng khác (Zalo, Facebook…). "
            "Học ở đây thì bài làm dễ bị mất."
        ),
        "app-1": _("Bấm dấu ba chấm ở góc trên màn hình."),
        "app-ios-1": _("Bấm dấu ba chấm hoặc nút chia sẻ ở góc màn hình."),
        "app-2": _("Chọn “Mở bằng trình duyệt”."),
        "app-3": _("Nếu máy hỏi, chọn Chrome."),
        "app-ios-3": _("Nếu máy hỏi, chọn Safari hoặc Chrome."),
        "app-open": _("Mở bằng Chrome"),
        "app-address": _("Địa chỉ trang này"),
        "app-copy": _("Chép địa chỉ"),
        "app-copied": _("Đã chép. Dán vào Chrome."),
        "app-select": _("Nhấn giữ dòng địa chỉ để chép"),
        "app-stay": _("Vẫn học ở đây"),
        "no-store": _("Trình duyệt này không giữ được bài"),
        "no-store-why": _(
            "Có thể máy đang mở chế độ riêng tư (ẩn danh). Vẫn học được bằng trang thường, khi có mạng."
        ),
        "plain-pages": _("Học bằng trang thường"),
        "offline": _("Chưa có mạng"),
        "offline-known": _(
            "Máy này chưa mang lớp theo, nên cần mạng để vào lớp. Bài đã làm vẫn còn đủ."
        ),
        "offline-new": _("Chưa biết máy này là máy của lớp nào. Cần có mạng cho lần mở đầu."),
        "offline-1": _("Đưa máy lại gần bộ phát mạng (Wi-Fi) của lớp."),
        "offline-2": _("Giơ tay gọi thầy/cô."),
        "offline-3": _("Có mạng rồi thì bấm nút dưới đây."),
        "again": _("Thử lại"),
        "no-line": _("Chưa có mạng nên chưa vào được. Xin chờ một chút rồi bấm lại."),
    }


def _machine() -> dict[str, str]:
    """A machine that nobody enrolled, and what only trainers do."""
    return {
        "unknown": _("Máy này chưa là máy của lớp"),
        "unknown-todo": _("Máy của lớp thì xin đưa cho thầy/cô. Máy của mình thì chọn ở dưới."),
        "own-phone": _("Điện thoại của tôi"),
        "at-home": _("Tôi học ở nhà"),
        "sample": _("Đây là xã mẫu: ai cũng có thể dùng thử."),
        "sample-try": _("Dùng thử máy này làm máy lớp"),
        "sample-note": _("Lưu ý về dữ liệu"),
        "sample-data": _("Dữ liệu mẫu"),
        "sample-not-real": _("không có thật"),
        "for-staff": _("Dành cho thầy/cô"),
        "staff-1": _("Đăng nhập trên chính máy này."),
        "staff-2": _("Mở trang Máy tính bảng, đặt tên máy, bấm Đăng ký máy này."),
        "staff-3": _("Quay lại trang Vào lớp và nhập mã lớp."),
        "enrol": _("Đăng ký máy này"),
        "install": _("Đặt lên màn hình chính"),
    }


def _class() -> dict[str, str]:
    """Class code, faces, PIN and card."""
    return {
        "code": _("Nhập mã lớp"),
        "code-help": _("Mã có 6 chữ và số. Thầy/cô viết mã trên bảng."),
        "class-over": _("Lớp chưa mở hoặc đã kết thúc. Xin nhập mã lớp thầy/cô viết trên bảng."),
        "go-in": _("Vào lớp"),
        "back-to-class": _("Về lớp đang học"),
        "choose": _("Chọn tên của mình"),
        "tap-yours": _("Chạm vào hình và tên của mình"),
        "locked": _("Đang khóa"),
        "nobody": _("Lớp này chưa có học viên nào."),
        "nobody-todo": _("Thầy/cô hãy ghi danh học viên vào lớp trước."),
        "by-card": _("Vào bằng thẻ"),
        "other-class": _("Vào lớp khác"),
        "pin-title": _("Nhập mã số"),
        "pin": _("Bấm 4 số trên thẻ của mình"),
        "not-me": _("Không phải tôi"),
        "learn": _("Vào học"),
        "clear": _("Xóa"),
        "clear-all": _("Xóa hết"),
        "locked-title": _("Mã số đang khóa"),
        "locked-what": _("Mã số đã nhập sai 5 lần. Bài đã làm vẫn còn đủ."),
        "locked-todo": _("Giơ tay gọi thầy/cô mở khóa, rồi bấm nút dưới đây."),
        "unlocked": _("Thầy/cô đã mở khóa"),
        "card-title": _("Vào bằng thẻ"),
        "card": _("Bấm 10 số trên thẻ"),
        "card-short": _("Thẻ có đủ 10 số. Xin xem lại và bấm tiếp."),
        "scan": _("Quét mã vuông trên thẻ"),
        "scan-how": _("Đưa mã vuông trên thẻ vào giữa khung hình."),
        "photo": _("Chụp mã vuông trên thẻ"),
        "photo-reading": _("Đang đọc mã…"),
        "photo-no-line": _("Chưa đọc được mã. Xin chụp lại gần hơn, hoặc bấm 10 số trên thẻ."),
    }


def _own_phone() -> dict[str, str]:
    """A learner's own phone, in class and at home."""
    return {
        "join": _("Vào lớp bằng điện thoại của mình"),
        "join-class": _("Mã lớp"),
        "join-help": _("Thầy/cô viết mã trên bảng, có cả mã xã ở trước."),
        "join-card": _("10 số trên thẻ của mình"),
        "home": _("Mã học ở nhà"),
        "home-help": _("Mã in trên tờ giấy thầy/cô đưa. Mỗi mã dùng cho một điện thoại."),
        "home-go": _("Bắt đầu học"),
        "leave": _("Ra khỏi lớp"),
    }


def _turn() -> dict[str, str]:
    """Somebody sits here, comes back, or has gone."""
    return {
        "next": _("Người tiếp theo"),
        "resume": _("Tiếp tục bài?"),
        "resume-who": _("Có phải {name} đang học ở máy này?"),
        "resume-what": _("Máy vừa mở lại. Bài đã làm vẫn còn đủ."),
        "its-me": _("Đúng là tôi"),
        "somebody-else": _("Người khác"),
        "anybody": _("Còn ai ở đây không?"),
        "anybody-why": _("Nếu không ai bấm, máy sẽ về trang chọn tên. Bài đã làm không mất."),
        "here": _("Tôi vẫn ở đây"),
        "listen": _("Nghe"),
        "listen-to": _("Nghe: {words}"),
    }


def _look() -> dict[str, str]:
    """How the player looks."""
    return {
        "settings": _("Cỡ chữ và màu"),
        "settings-short": _("Cỡ chữ"),
        "size": _("Chữ và nút"),
        "size-large": _("Chữ và nút to"),
        "size-medium": _("Chữ và nút vừa"),
        "colours": _("Màu"),
        "colours-plain": _("Màu thường"),
        "colours-strong": _("Màu tương phản cao"),
        "done": _("Xong"),
        "own-unsent": _("Máy này còn việc chưa gửi về xã. Hãy nối mạng, chờ một lát rồi bấm lại."),
    }
