"""Words of `js/store/`: where each act is, and what to do when something is wrong."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return {**_states(), **_alarms(), **_page(), **_held()}


def _states() -> dict[str, str]:
    return {
        "saving": _("Đang lưu"),
        "device": _("Đã lưu trên máy"),
        "box": _("Đã lưu ở máy lớp"),
        "commune": _("Đã về xã"),
        "waiting": _("Còn {n} việc chưa gửi"),
        "again": _("Lưu lại"),
        "look": _("Xem máy này"),
        "leaving": _("Còn {n} việc chưa lưu được. Đừng tắt trang này, hãy bấm “Lưu lại”."),
    }


def _alarms() -> dict[str, str]:
    return {
        "unsaved": _("Chưa lưu {n} việc."),
        "unsaved_todo": _("Bài vẫn còn trên màn hình. Hãy bấm “Lưu lại”, đừng tắt trang này."),
        "full": _("Chưa lưu – bộ nhớ máy đầy."),
        "full_todo": _("Đừng tắt trang này. Hãy gọi thầy cô: gửi bài về xã hoặc tải tệp cứu hộ."),
        "emptied": _("Dữ liệu đã lưu trên máy này vừa bị xóa mất."),
        "emptied_todo": _("Hãy báo thầy cô. Những việc “đã về xã” vẫn còn nguyên."),
        "refused": _("Xã chưa nhận bài gửi từ máy này."),
        "refused_todo": _(
            "Bài vẫn được giữ trên máy. Hãy báo thầy cô đăng ký lại máy ở mục “Máy”."
        ),
    }


def _page() -> dict[str, str]:
    return {
        "title": _("Bài đã lưu trên máy này"),
        "kept": _("Những việc chưa gửi vẫn được giữ trên máy và tự gửi khi có mạng."),
        "all_home": _("Mọi việc đã làm trên máy này đã về xã."),
        "n_unsaved": _("Chưa lưu được"),
        "n_device": _("Trên máy, chưa gửi"),
        "n_box": _("Ở máy lớp"),
        "n_commune": _("Đã về xã"),
        "n_held": _("Đã gửi, xã chưa đọc được"),
        "send": _("Gửi ngay"),
        "rescue": _("Tải tệp cứu hộ"),
        "rescue_words": _(
            "Tệp cứu hộ chứa những việc chưa về xã, không có tên ai. Hãy đưa tệp cho cán bộ của xã."
        ),
        "seen": _("Đã báo thầy cô"),
        "room": _("Bộ nhớ: đã dùng {used} MB trong {of} MB."),
        "room_low": _("Sắp hết chỗ: hãy gửi bài về xã sớm."),
    }


def _held() -> dict[str, str]:
    return {
        "held_words": _("Những việc này vẫn được giữ ở cả hai nơi và sẽ được gửi lại:"),
        "held_row": _("{n} việc: {why}"),
        "held_class": _("xã chưa có buổi học này"),
        "held_device": _("làm khi máy này mang một đăng ký khác; hãy tải tệp cứu hộ"),
        "held_conflict": _("trùng mã với một việc khác; cán bộ của xã cần xem"),
        "held_large": _("quá lớn để gửi; hãy tải tệp cứu hộ"),
        "held_unread": _("phiên bản của xã chưa đọc được; sẽ đọc được sau khi nâng cấp"),
    }
