"""Requests, consents and erasure in the plain words of pages, papers and the audit log."""

from lms.core.i18n import lazy
from lms.people.audit_words import say

KINDS = {
    "see": lazy("Xem dữ liệu về mình"),
    "copy": lazy("Nhận bản sao dữ liệu"),
    "correct": lazy("Sửa dữ liệu sai"),
    "withdraw": lazy("Rút lại sự đồng ý"),
    "delete": lazy("Xóa dữ liệu"),
}
STATES = {
    "received": lazy("Mới nhận"),
    "acknowledged": lazy("Đã báo tiếp nhận"),
    "done": lazy("Đã thực hiện"),
    "refused": lazy("Từ chối"),
}
STATE_COLOURS = {
    "received": "warning",
    "acknowledged": "neutral",
    "done": "success",
    "refused": "neutral",
}
DUE = {"acknowledge": lazy("Báo tiếp nhận"), "answer": lazy("Trả lời")}
ASKERS = {"self": lazy("Chính người đó"), "representative": lazy("Người đại diện")}
RECOGNISED = {
    "known": lazy("Cán bộ biết mặt"),
    "paper": lazy("Đã xem giấy tờ tùy thân"),
    "vneid": lazy("Đã xem VNeID"),
    "authority": lazy("Đã xem giấy tờ của người đại diện"),
}
RELATIONS = {
    "father": lazy("Cha"),
    "mother": lazy("Mẹ"),
    "guardian": lazy("Người giám hộ"),
    "other": lazy("Người được ủy quyền"),
}
PURPOSES = {
    "phone": lazy("Dùng số điện thoại để liên hệ"),
    "commend": lazy("Nêu tên trong danh sách khen thưởng"),
    "disability": lazy("Ghi là người khuyết tật để được hỗ trợ"),
}
STOPS = {
    "phone": lazy("Rút lại thì số điện thoại được xóa khỏi hồ sơ."),
    "commend": lazy("Rút lại thì người này không vào danh sách khen thưởng lập từ hôm đó."),
    "disability": lazy("Rút lại thì dòng “người khuyết tật” được xóa khỏi hồ sơ."),
}
FORMS = {
    "paper": lazy("Ký trên giấy"),
    "spoken": lazy("Nói trực tiếp"),
    "electronic": lazy("Qua kênh điện tử"),
}
GONE = {
    "record": lazy("hồ sơ: họ tên, ngày sinh, giới tính, điện thoại, số định danh"),
    "notes": lazy("ghi chú lần thăm"),
    "homes": lazy("nơi ở"),
    "groups": lazy("nhóm (cán bộ, học sinh, tổ…)"),
    "consents": lazy("lần đồng ý"),
    "representatives": lazy("người đại diện"),
    "previews": lazy("danh sách dân cư đang xem trước (bỏ cả danh sách)"),
    "undo": lazy("dữ liệu để hoàn tác lần nhập danh sách"),
    "signs": lazy("mã PIN và thẻ học"),
    "packs": lazy("gói lớp mang đi có tên gọi (lấy lại cả gói)"),
    "phones": lazy("máy riêng đã gắn"),
    "closings": lazy("gói dữ liệu của kỳ đã chốt (số liệu giữ nguyên)"),
    "outside_lists": lazy("danh sách ngoài đang xem trước (bỏ cả danh sách)"),
    "sent": lazy("kết quả khóa học do hệ thống khác gửi"),
    "certificates": lazy("nội dung giấy chứng nhận"),
    "commended": lazy("chỗ nêu tên trong danh sách khen thưởng"),
    "texts": lazy("chỗ viết tay có tên, số điện thoại hoặc số định danh"),
}
STAYS = (
    lazy("Bài làm, điểm danh, kết quả đạt: chỉ còn gắn với một mã số, không dẫn về ai."),
    lazy("Số liệu và văn bản của các kỳ đã chốt, đã gửi: không đổi một con số nào."),
    lazy(
        "Số giấy chứng nhận, ngày cấp, tình trạng: để số không bị cấp lại. Trang kiểm tra không còn nhận ra."
    ),
    lazy(
        "Nhật ký hệ thống: ghi ai làm gì với mã số nào; không ghi tên, trừ khi có người gõ tên vào một lý do."
    ),
    lazy("Phiếu yêu cầu này: loại yêu cầu, ngày và người xử lý."),
    lazy(
        "Bản sao lưu cũ còn dữ liệu cho đến khi được thay hết. Khôi phục từ bản cũ thì phải xóa lại."
    ),
    lazy(
        "Máy tính bảng mang gói lớp đi còn tên gọi đến khi nối mạng; máy lớp còn tên đến khi nhận dữ liệu lớp "
        "mới. Tệp tải về, giấy in: xã tự hủy."
    ),
)
WORDS = {
    ("erased", "person"): lazy("xóa dữ liệu một người theo yêu cầu: %(records)s hồ sơ"),
    ("received", "data_request"): lazy("nhận yêu cầu về dữ liệu số %(number)s"),
    ("acknowledged", "data_request"): lazy("báo đã tiếp nhận yêu cầu số %(number)s"),
    ("finished", "data_request"): lazy("thực hiện xong yêu cầu số %(number)s"),
    ("refused", "data_request"): lazy("từ chối yêu cầu số %(number)s"),
    ("copied", "data_request"): lazy("lấy bản sao dữ liệu cho yêu cầu số %(number)s"),
    ("gave", "consent"): lazy("ghi một lần đồng ý"),
    ("withdrew", "consent"): lazy("ghi rút lại sự đồng ý"),
    ("named", "representative"): lazy("ghi người đại diện"),
    ("ended", "representative"): lazy("ghi người đại diện thôi đại diện"),
    ("cleaned", "retention"): lazy("xóa dữ liệu hết hạn lưu: %(rows)s dòng"),
}


def listen() -> None:
    """The log learns these words; twice is once."""
    say(WORDS)
