"""Words of `js/learn/`: the same that the pages of /hoc say, and what only the tablet has to say."""

from lms.core.i18n import _


def words() -> dict[str, str]:
    """Name → sentence."""
    return _home() | _lessons() | _questions() | _tests() | _results() | _saving()


def _home() -> dict[str, str]:
    return {
        "my_page": _("Trang của tôi"),
        "to_my_page": _("Về trang của tôi"),
        "hello": _("Xin chào, {name}!"),
        "begun": _("Đang làm dở"),
        "test": _("Bài kiểm tra"),
        "answers_kept": _("Các câu đã trả lời vẫn còn nguyên."),
        "go_on_test": _("Làm tiếp bài kiểm tra"),
        "sitting_open": _("Thầy cô đang mở buổi kiểm tra"),
        "please_test": _("Mời {who} làm bài kiểm tra"),
        "no_limit": _("Không giới hạn thời gian, quay lại sửa được trước khi nộp."),
        "do_test": _("Làm bài kiểm tra"),
        "next_lesson": _("Bài tiếp theo: bài {n}"),
        "minutes": _("Khoảng {n} phút."),
        "seen": _("Đã xem {n} trong {of} màn, chưa học xong"),
        "go_on": _("Học tiếp"),
        "learn_lesson": _("Học bài {n}"),
        "all_done": _("Đã học xong cả {n} bài"),
        "now_work": _("Giờ mời {who} làm bài"),
        "as_often": _("Làm thử bao nhiêu lần cũng được."),
        "work": _("Làm bài"),
        "lessons": _("Các bài học"),
        "learned": _("Đã học xong"),
        "state_done": _("Đã học xong"),
        "state_new": _("Chưa học"),
        "lesson_n": _("Bài {n}:"),
        "tests_and_tasks": _("Kiểm tra và thực hành"),
        "open_work": _("Mở phần Làm bài"),
        "ask": _("Hỏi bài"),
        "advice_missed": _(
            "Lần trước nhầm {n} trong {of} câu về “{skill}”, bài này nói đúng việc đó."
        ),
        "advice_again": _("Nên xem lại bài {n}: {title}"),
        "advice_why": _(
            "Lần trước nhầm {n} trong {of} câu về “{skill}”. Bài này khoảng {minutes} phút."
        ),
        "advice_open": _("Xem lại bài này"),
        "try_or_test": _("Làm thử hoặc làm bài kiểm tra"),
        "task_can_do": _("Làm được"),
        "task_needs_help": _("Làm được khi có người giúp"),
        "task_not_yet": _("Chưa làm được"),
        "task_open": _("Làm trước mặt thầy cô, khi nào sẵn sàng thì gọi."),
        "help": _("Gọi thầy/cô"),
        "help_called": _("Đã gọi thầy/cô"),
        "help_written": _("Đã ghi lời gọi"),
        "help_hand": _("Máy đang không có mạng. Mời giơ tay để thầy cô thấy nhé."),
        "missing": _("Chưa mở được bài học"),
        "missing_why": _(
            "Phần này chưa tải về máy và máy đang không có mạng. "
            "Mời gọi thầy cô, hoặc chờ có mạng rồi bấm “Thử lại”."
        ),
        "try_again": _("Thử lại"),
    }


def _lessons() -> dict[str, str]:
    return {
        "lesson_title": _("Bài {n}: {title}"),
        "screen": _("Màn"),
        "take_home": _("Điều cần nhớ mang về"),
        "lesson_learned": _("Đã học xong bài này"),
        "continue": _("Tiếp tục"),
        "please_try": _("Mời {who} thử"),
        "show_right": _("Xem đáp án"),
        "skip": _("Bỏ qua câu này"),
        "well_done": _("Hay lắm! Đã học xong một bài"),
        "then": _("Bài tiếp theo: {title}"),
        "module_done": _("Vậy là xong học phần “{title}”. Mời {who} ôn nhanh {n} câu."),
        "learn_now": _("Học luôn bài {n}"),
        "quiz": _("Ôn nhanh {n} câu"),
        "quiz_again": _("Ôn lại {n} câu"),
        "go_on_quiz": _("Ôn tiếp phần đang dở"),
    }


def _questions() -> dict[str, str]:
    return {
        "question_n": _("Câu {n}"),
        "question_word": _("Câu"),
        "practice_question": _("Làm thử, câu"),
        "test_question": _("Kiểm tra, câu"),
        "form_question": _("Câu"),
        "question_before": _("Câu trước"),
        "next_question": _("Câu tiếp theo"),
        "review": _("Xem lại rồi nộp"),
        "answer": _("Trả lời"),
        "answer_again": _("Trả lời lại"),
        "choose_first": _("Mời chọn câu trả lời trước, hoặc bấm “Bỏ qua câu này”."),
        "same_again": _("Câu này vừa trả lời như vậy. Mời chọn ý khác, hoặc bấm “Bỏ qua câu này”."),
        "right": _("Đúng rồi!"),
        "not_right": _("Chưa đúng, không sao cả."),
        "choose_again": _("Chưa đúng, không sao cả. Mời {who} chọn lại."),
        "do_again": _("Chưa đúng, không sao cả. Mời {who} làm lại."),
        "hand_in": _("Nộp bài"),
        "back_to_questions": _("Quay lại các câu"),
        "all_answered": _("Đã trả lời hết {n} câu"),
        "left_open": _("Còn {n} câu chưa trả lời"),
        "left_part": _("Còn {n} câu làm dở"),
        "review_whole": _("Muốn xem lại câu nào thì bấm vào số câu đó. Xong thì bấm “Nộp bài”."),
        "review_missing": _("Bấm vào câu còn trống hay còn dở để làm tiếp, hoặc nộp luôn."),
        "number_done": _("xong"),
        "number_part": _("còn dở"),
        "number_open": _("trống"),
    }


def _tests() -> dict[str, str]:
    return {
        "test_begun": _("Bài kiểm tra đang làm dở"),
        "rule_count": _("Có {n} câu, mỗi màn một câu."),
        "rule_time": _("Không giới hạn thời gian."),
        "rule_back": _("Quay lại sửa được, đến khi bấm “Nộp bài”."),
        "test_share": _("Đúng từ {share}% số câu là đạt."),
        "tries_left": _("Còn {n} lượt làm."),
        "test_reached": _("Đã đạt, có người giám sát"),
        "test_is_reached": _("Bài kiểm tra đã đạt"),
        "not_again": _("Không phải làm lại."),
        "test_passed_before": _("Đã đạt bài làm trước"),
        "test_failed_before": _("Lần trước đúng {points} trong {max} câu, chưa đạt."),
        "real_test": _("Bài kiểm tra chính thức"),
        "not_yet_test": _("Chưa muốn kiểm tra?"),
        "begin_test": _("Bắt đầu kiểm tra"),
        "practice": _("Làm thử"),
        "practice_words": _(
            "Trả lời {n} câu, mỗi câu được giải thích ngay. Làm bao nhiêu lần cũng được."
        ),
        "begin_practice": _("Bắt đầu làm thử"),
        "go_on_practice": _("Làm tiếp bài thử"),
        "go_on_begun": _("Làm thử tiếp bài đang dở"),
        "practice_first": _("Làm thử trước"),
        "practice_new": _("Làm thử đề mới"),
        "begin_not": _("Chưa bắt đầu được"),
        "begin_failed": _("Phần này chưa mở được lúc này. Mời hỏi thầy cô."),
        "begin_needs_net": _("Lúc bắt đầu cần có mạng. Mời chờ một lát rồi bấm lại."),
        "begin_not_carried": _("Máy này chưa mang theo phần này. Mời hỏi thầy cô."),
        "first_and_last": _("Đầu khóa và cuối khóa"),
        "measuring_words": _(
            "Để biết lớp học giúp được bao nhiêu. Không chấm điểm, không ai trượt, "
            "mỗi phần làm một lần."
        ),
        "begun_kept": _("Đang làm dở, các câu đã trả lời vẫn còn nguyên."),
        "go_on_form": _("Làm tiếp"),
        "do_form": _("Làm {n} câu này"),
        "form_count": _("{n} câu, không giới hạn thời gian."),
        "form_short": _("{n} câu. Không chấm điểm, không ai trượt."),
        "form_done": _("Đã làm rồi, xin cảm ơn."),
        "look_again": _("Xem lại"),
        "before_learning": _("Trước khi học"),
        "lessons_done": _("Đã học xong các bài"),
        "remember": _("Xem còn nhớ bao nhiêu"),
        "entry_words": _("{n} câu để biết mình cần học gì. Không chấm điểm, không ai trượt."),
        "exit_words": _("{n} câu để thấy mình đã tiến bộ thế nào. Không chấm đạt hay trượt."),
        "repeat_words": _("{n} câu ngắn, làm một lần. Quên cũng không sao, học lại được."),
        "entry_late": _(
            "Đã học xong bài đầu tiên nên phần đầu vào không cần làm nữa. Mời học tiếp."
        ),
        "later": _("Để sau"),
        "later_learn": _("Để sau, vào học luôn"),
    }


def _results() -> dict[str, str]:
    return _marks() | _measured() | _able()


def _marks() -> dict[str, str]:
    return {
        "result": _("Kết quả"),
        "handed_in": _("Đã nộp bài"),
        "result_later": _("Kết quả báo sau, không phải làm gì thêm."),
        "result_waits": _("Đã nộp bài, kết quả báo sau."),
        "refused": _("Bài này không được tính"),
        "refused_why": _(
            "Lượt làm này bắt đầu khi chưa được phép làm lại. Bài vẫn được giữ, xin hỏi thầy cô."
        ),
        "passed": _("Chúc mừng! Đã đạt bài kiểm tra"),
        "not_passed": _("Lần này chưa đạt"),
        "points": _("Đúng {points} trong {max} câu."),
        "points_needed": _("Đúng {points} trong {max} câu; cần {needed} câu."),
        "unsupervised": _("Bài này làm ngoài buổi kiểm tra có giám sát"),
        "unsupervised_do": _(
            "Muốn nhận giấy chứng nhận thì làm thêm một lần khi thầy cô mở buổi kiểm tra."
        ),
        "practice_result": _("Làm thử: đúng {points} trong {max} câu"),
        "practice_enough": _("Tốt lắm! Mức này là đủ đạt bài kiểm tra."),
        "practice_more": _("Xem lại các bài dưới đây rồi thử lại, lần sau sẽ hơn."),
        "skills": _("Từng kỹ năng"),
        "mastered": _("Đã vững"),
        "learn_again": _("Nên học lại:"),
        "learn_lesson_again": _("Học lại bài {n}"),
        "mistakes": _("Các câu chưa đúng"),
        "right_answer": _("Đáp án:"),
    }


def _measured() -> dict[str, str]:
    return {
        "thanks_title": _("Cảm ơn"),
        "thanks": _("Cảm ơn {who} đã làm xong"),
        "measured_waits": _("Câu trả lời đang trên đường về. Không phải làm gì thêm."),
        "entry_thanks": _("Phần này không chấm điểm. Nó chỉ giúp biết nên học kỹ bài nào."),
        "measured_no_pass": _("Phần này không chấm đạt hay trượt."),
        "exit_figures": _("Đầu khóa đúng {a}/{b}, cuối khóa {c}/{d}."),
        "exit_better": _("Tiến bộ rồi đó. Công học không uổng."),
        "exit_whole": _("Vững từ đầu đến cuối. Mời chỉ thêm cho người bên cạnh."),
        "exit_other": _(
            "Câu hỏi hai lần khác nhau nên khó dễ cũng khác. Cứ luyện thêm các bài dưới đây là được."
        ),
        "repeat_figures": _("Cuối khóa đúng {a}/{b}, lần này {c}/{d}."),
        "forgot_some": _("Quên một ít là chuyện thường. Xem lại bài là nhớ ngay."),
        "forgot_none": _("Vẫn nhớ rất tốt."),
        "known_well": _("Đã biết nhiều rồi"),
        "learn_well": _("Kỹ năng này nên học kỹ:"),
    }


def _able() -> dict[str, str]:
    return {
        "able": _("{who} đã làm được"),
        "able_link": _("Xem {who} đã làm được những gì"),
        "able_soon": _("{who} sắp làm được nhiều việc"),
        "able_how": _("Học xong mỗi bài, việc làm được sẽ hiện ở đây."),
        "able_tasks": _("Việc đã làm trước mặt thầy cô"),
        "able_skills": _("Kỹ năng đã vững"),
        "able_lessons": _("Bài đã học xong"),
        "able_slip": _("Muốn mang về nhà thì nhờ thầy cô in phiếu này."),
    }


def _saving() -> dict[str, str]:
    return {
        "not_saved": _("Chưa lưu, bấm lại"),
        "not_saved_do": _(
            "Việc vừa bấm chưa lưu được vào máy. Mời bấm lại; nếu vẫn vậy thì gọi thầy cô."
        ),
    }
