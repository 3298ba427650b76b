"""Words of `js/trainer/`: the class that a tablet carries, and the trainer's corner."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return {**_carrying(), **_gone(), **_cards(), **_corner(), **_teaching(), **_closing()}


def _carrying() -> dict[str, str]:
    return {
        "ready": _(
            "Máy này đã sẵn sàng mang đi: {people} học viên, {lessons} bài, {size} MB, dùng đến {day}"
        ),
        "carry_loading": _("Đang tải lớp về máy. Chưa mang đi được, đã tải"),
        "carry_load": _("Tải lớp về máy này"),
        "carry_failed": _("Chưa mang lớp đi được"),
        "carry_damaged": _("Dữ liệu nhận về bị hỏng trên đường truyền. Hãy tải lại."),
        "carry_large": _("Lớp nặng quá 25 MB nên máy không giữ được. Hãy báo người quản trị."),
        "carry_line": _("Mạng bị ngắt giữa chừng. Phần đã tải vẫn còn; bấm nút dưới để tải tiếp."),
        "carry_full": _("Máy đã đầy bộ nhớ. Hãy xóa bớt ảnh hoặc ứng dụng khác rồi tải lại."),
        "carry_refused": _(
            "Máy chủ chưa đưa lớp cho máy này. Hãy mở lại trang của lớp rồi thử lại."
        ),
    }


def _gone() -> dict[str, str]:
    return {
        "gone": _("Máy này chưa mang lớp nào"),
        "gone_what": _("Danh sách lớp không có trong máy. Việc đã làm trên máy vẫn còn đủ."),
        "gone_closed": _("Lớp đã kết thúc ở máy này"),
        "gone_expired": _("Lớp mang đi đã hết hạn"),
        "gone_expired_what": _(
            "Danh sách lớp chỉ ở trong máy 14 ngày, nay đã xóa. Việc đã làm trên máy vẫn còn đủ."
        ),
        "gone_clock": _("Đồng hồ của máy có lẽ chạy sai"),
        "gone_clock_what": _("Theo đồng hồ này thì lớp mang đi đã hết hạn từ lâu."),
        "gone_clock_todo": _("Sửa lại ngày giờ trong phần Cài đặt của máy, rồi bấm nút dưới đây."),
        "gone_todo": _("Nối mạng cho máy, rồi thầy cô cho máy vào lớp và bấm “Mang lớp đi”."),
        "address": _("cô chú"),
        "look_again": _("Xem lại"),
    }


def _cards() -> dict[str, str]:
    return {
        "tap_face": _("Chạm vào hình và tên của mình"),
        "class_line": _("{name} · buổi {n}, ngày {day}"),
        "counted": _("{n} học viên · {place}"),
        "testing": _("Đang kiểm tra có giám sát"),
        "testing_what": _("Vào bằng thẻ của mình, rồi chọn bài kiểm tra."),
        "shut": _("Buổi học chưa mở ở máy này"),
        "shut_what": _("Máy đang mang lớp đi và không có mạng."),
        "shut_todo": _("Thầy cô bấm “Dùng thẻ”, nhập thẻ của thầy cô rồi mở buổi học."),
        "use_card": _("Dùng thẻ"),
        "card": _("Dùng thẻ"),
        "card_label": _("Bấm 10 số trên thẻ của mình"),
        "card_go": _("Vào học"),
        "card_typo": _("Số thẻ chưa đúng. Hãy xem lại từng số trên thẻ."),
        "card_wrong": _("Thẻ này không vào được ở đây. Hãy xem lại thẻ, hoặc gọi thầy cô."),
        "card_rest": _(
            "Thẻ sai nhiều lần. Hãy đợi {n} giây, hoặc nhờ thầy cô dùng thẻ của thầy cô."
        ),
        "card_shut": _("Buổi học chưa mở. Hãy nhờ thầy cô mở bằng thẻ của thầy cô."),
    }


def _corner() -> dict[str, str]:
    return {
        "corner_of": _("Góc của thầy cô: {name}"),
        "done": _("Xong, đưa máy cho lớp"),
        "not_saved": _("Chưa lưu được việc vừa làm"),
        "not_saved_todo": _("Bấm lại lần nữa. Nếu vẫn vậy, hãy ghi ra giấy rồi lưu tệp dự phòng."),
        "meeting": _("Buổi {n}, ngày {day}"),
        "choose_meeting": _("Mở buổi học nào?"),
        "open_meeting": _("Mở buổi {n}, ngày {day}"),
        "today": _("Theo lịch là hôm nay"),
        "no_meeting": _("Không còn buổi nào để mở"),
        "no_meeting_what": _("Mọi buổi của lớp mang đi đã kết thúc ở máy này."),
        "counts": _("{tablet}: {n} việc, còn {left} chưa gửi"),
        "send": _("Gửi ngay"),
        "rescue": _("Lưu tệp dự phòng"),
    }


def _teaching() -> dict[str, str]:
    return {
        "presence": _("Điểm danh"),
        "presence_done": _("đã ghi {n} trong {all} người"),
        "presence_how": _("Chạm là ghi ngay. Chạm nhầm thì chạm lại ô đúng."),
        "presence_seen": _("Ghi có mặt {n} người đã ngồi máy này"),
        "present": _("Có mặt"),
        "absent": _("Vắng"),
        "excused": _("Có phép"),
        "tasks": _("Xem làm việc thực hành"),
        "tasks_what": _("ghi làm được, cần giúp hoặc chưa"),
        "tasks_who": _("Xem ai làm?"),
        "task_of": _("Xem {name} làm"),
        "task_seen": _("đã ghi {n} việc"),
        "no_tasks": _("Chương trình này không có việc thực hành."),
        "must": _("bắt buộc"),
        "saw": _("Thầy cô thấy thế nào?"),
        "can_do": _("Làm được"),
        "needs_help": _("Cần giúp"),
        "not_yet": _("Chưa"),
        "sitting_open": _("Mở kiểm tra có giám sát"),
        "sitting_open_what": _("học viên ở máy này làm bài được ngay"),
        "sitting_close": _("Kết thúc kiểm tra"),
        "sitting_close_what": _("đang mở ở máy này"),
        "hand": _("Đưa máy cho học viên quên thẻ"),
        "hand_what": _("thầy cô cho vào thay thẻ"),
        "hand_how": _("Chạm vào người sắp ngồi máy, rồi đưa máy cho người đó."),
        "spare": _("Người mới: đưa thẻ khách"),
        "spare_what": _("cho người chưa có tên trong lớp"),
        "spare_paper": _("Lấy một thẻ khách còn trống."),
        "spare_write": _("Ghi họ tên người mới lên tờ danh sách thẻ khách."),
        "spare_tap": _("Chạm đúng số thẻ đó dưới đây, rồi đưa máy cho người mới."),
        "no_spares": _("Không còn thẻ khách"),
        "no_spares_what": _("Hãy ghi tên người mới ra giấy; khi có mạng sẽ ghi danh sau."),
    }


def _closing() -> dict[str, str]:
    return {
        "close": _("Kết thúc buổi học"),
        "close_what": _("ở máy này; máy khác kết thúc riêng"),
        "close_title": _("Kết thúc buổi học ở máy này?"),
        "left": _("Còn những việc sau chưa xong. Vẫn kết thúc được, không mất gì:"),
        "left_sitting": _("Buổi kiểm tra đang mở; kết thúc buổi học là kết thúc kiểm tra."),
        "left_open": _("{n} người làm dở bài: {names}"),
        "left_unmarked": _("{n} người chưa điểm danh: {names}"),
        "left_unsent": _("{n} việc chưa gửi; máy sẽ tự gửi khi có mạng."),
        "nothing_left": _("Mọi việc ở máy này đã xong."),
        "closed": _("Buổi học đã kết thúc ở máy này"),
        "names": _("Xóa danh sách lớp khỏi máy?"),
        "names_what": _(
            "Tên, hình và thẻ của học viên sẽ bị xóa. Việc đã làm vẫn ở trong máy đến khi gửi xong."
        ),
        "names_drop": _("Xóa danh sách ngay"),
        "names_sent": _("Xóa khi đã gửi xong"),
        "names_keep": _("Giữ cho buổi sau (còn {n} buổi)"),
    }
