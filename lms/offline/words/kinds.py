"""Words of `js/kinds/`: the same that the pages of /hoc say for the seven kinds of questions."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return _choosing() | _ordering() | _matching() | _phone()


def _choosing() -> dict[str, str]:
    """Cards, places on a picture, numbers."""
    return {
        "several": _("Có thể chọn nhiều ý."),
        "right": _("Đúng"),
        "wrong": _("Chưa đúng"),
        "spot_how": _("Bấm vào hình hoặc vào dòng chữ. Bấm lần nữa là bỏ chọn."),
        "mark_danger": _("Nguy hiểm"),
        "mark_harmless": _("Không sao"),
        "spot_right": _("Đúng, chỗ này nguy hiểm"),
        "spot_missed": _("Chỗ này cũng nguy hiểm"),
        "spot_wrong": _("Chỗ này không sao"),
        "number_how": _("Viết bằng chữ số. Viết 1.000 hay 1000 đều được."),
        "number_right": _("Số đúng:"),
        "no_number": _(
            "“{typed}” chưa đọc được thành số. Mời viết bằng chữ số, ví dụ 1.000 hoặc 12,5."
        ),
    }


def _ordering() -> dict[str, str]:
    return {
        "order_how": _("Bấm vào bước đầu tiên, rồi lần lượt từng bước sau."),
        "steps_put": _("Các bước đã xếp"),
        "steps_open": _("Các bước chưa xếp"),
        "step_put": _("Bước {n}: {step}"),
        "step_out": _("Đã bỏ ra: {step}"),
        "steps_cleared": _("Đã bỏ ra hết."),
        "take_out": _("Bỏ ra"),
        "take_out_step": _("Bỏ ra: {step}"),
        "order_again": _("Xếp lại từ đầu"),
        "order_was": _("Thứ tự vừa xếp"),
        "order_right": _("Thứ tự đúng"),
        "in_place": _("Đúng chỗ"),
        "out_of_place": _("Chưa đúng chỗ"),
        "steps_left": _("Còn {n} bước chưa xếp. Mời bấm nốt các bước bên dưới."),
    }


def _matching() -> dict[str, str]:
    return {
        "match_how": _("Bấm một ý bên trái, rồi bấm ý hợp với nó bên phải."),
        "pairs_made": _("Các ý đã nối"),
        "left_side": _("Bên trái"),
        "right_side": _("Bên phải"),
        "holding": _("Đang nối: {left}"),
        "joined": _("Đã nối: {left} với {right}"),
        "parted": _("Đã tách ra: {left}"),
        "pairs_cleared": _("Đã tách ra hết."),
        "part": _("Tách ra"),
        "part_left": _("Tách ra: {left}"),
        "match_again": _("Nối lại từ đầu"),
        "match_was": _("Các ý vừa nối"),
        "match_right": _("Nối đúng là"),
        "pairs_left": _("Còn {n} ý chưa nối. Mời nối nốt các ý bên dưới."),
    }


def _phone() -> dict[str, str]:
    return {
        "phone": _("Điện thoại tập"),
        "phone_how": _("Bấm ngay trên màn hình điện thoại dưới đây, như dùng máy thật."),
        "phone_kept": _("Đã ghi lại"),
        "phone_next": _("Mời sang câu tiếp theo."),
        "phone_next_who": _("Mời {who} sang câu tiếp theo."),
        "phone_goal": _("Xong rồi!"),
        "phone_trap": _("Dừng ở đây: chỗ này là bẫy."),
        "phone_lost": _("Đã bấm nhiều lần, mời dừng ở đây."),
        "field_wrong": _("{field} chưa đúng, xem lại đề bài."),
        "phone_only_practice": _("May đây chỉ là máy tập."),
        "phone_long_way": _("Đi vòng hơi xa rồi, không sao cả."),
        "phone_way": _("Cách làm đúng, từng bước"),
        "phone_again": _("Làm lại từ đầu"),
    }
