"""What is wrong with a question, in words that say what to do. The codes are those of the kinds."""

from __future__ import annotations

from courses.activities import Fault
from lms.core.i18n import _

WORDS = {
    "option_count": _("Câu hỏi cần từ 3 đến 6 phương án."),
    "same_option": _("Có hai phương án giống nhau."),
    "no_right": _("Thiếu đáp án đúng: cần ít nhất một dòng “right:”."),
    "two_right": _(
        "Câu chọn một mà có hai đáp án đúng. Chỉ để một dòng “right:”, hoặc đổi thành multiple."
    ),
    "one_right": _("Câu chọn nhiều cần ít nhất hai đáp án đúng, hoặc đổi thành single."),
    "all_right": _("Câu chọn nhiều cần ít nhất một phương án sai."),
    "step_count": _("Câu sắp thứ tự cần từ 3 đến 7 bước trong “sequence”."),
    "same_step": _("Có hai bước giống nhau, không ai biết bước nào trước."),
    "pair_count": _("Câu ghép cần từ 3 đến 6 cặp trong “pairs”."),
    "same_left": _("Có hai vế trái giống nhau. Hãy viết khác đi."),
    "right_count": _("Câu ghép cần từ 2 đến 8 vế phải, kể cả “decoys”."),
    "decoy_is_right": _("Có một “decoys” trùng với vế phải đúng. Hãy bỏ hoặc viết khác đi."),
    "spot_count": _("Câu tìm trên hình cần từ 4 đến 8 chỗ trong “spots”."),
    "no_danger": _("Thiếu đáp án đúng: cần ít nhất một dòng “danger:”."),
    "all_danger": _("Cần ít nhất một chỗ vô hại (“harmless:”)."),
    "no_picture": _("Câu tìm trên hình cần “illustration”."),
    "same_spot": _("Có hai chỗ viết lời giống nhau. Hãy tả khác đi."),
    "spot_outside": _(
        "Chỗ này ra ngoài hình. Hình chia 16 cột, 10 hàng; viết at: [cột, hàng, rộng, cao]."
    ),
    "spot_small": _("Chỗ này nhỏ quá, ngón tay khó bấm. Cần ít nhất 3 cột và 3 hàng."),
    "spots_meet": _("Chỗ này chồng lên chỗ khác. Hãy tách chúng ra."),
    "no_number": _("Câu điền số cần trường “number”."),
    "bad_number": _("Số viết trơn, không có dấu chấm ngăn nghìn, ví dụ 45000 hoặc 12.5."),
    "no_simulation": _("Câu mô phỏng cần trường “simulation”."),
    "start_unknown": _("Không có màn hình mà “start” nhắc tới."),
    "same_screen": _("Mã màn hình này dùng hai lần."),
    "same_part": _("Mã này dùng hai lần trong cùng một câu mô phỏng."),
    "screen_count": _("Câu mô phỏng cần từ 2 đến 20 màn hình."),
    "part_count": _("Màn hình này có quá 12 phần. Hãy chia làm hai."),
    "end_goes_on": _("Màn hình kết thúc (end) thì không có nút, dòng bấm hay ô điền."),
    "target_unknown": _("“to” hoặc “otherwise” nhắc tới màn hình không có."),
    "field_unknown": _("“needs” nhắc tới ô không có trên màn hình này."),
    "field_without_key": _("Ô này được “needs” nhắc tới nên phải có “expects”."),
    "field_number": _("“expects” của ô số viết trơn, ví dụ 45000 hoặc 12.5."),
    "no_goal": _("Không màn hình nào có “end: goal”, nên không ai làm xong được."),
    "screen_unreached": _("Không bấm cách nào tới được màn hình này. Hãy nối vào hoặc bỏ đi."),
    "goal_unreached": _("Không có đường nào từ “start” tới màn hình đích."),
    "no_exit": _("Vào màn hình này thì đi vòng mãi không ra. Hãy thêm lối tới một màn hình kết thúc."),
    "most_taps": _("“most” phải từ 1 đến 40 lần bấm."),
    "way_long": _("Đường đúng dài quá. Hãy chia thành hai câu."),
}  # fmt: skip


def words(fault: Fault) -> str:
    """The Vietnamese sentence of a fault."""
    return WORDS[fault.code]
