"""Problems, fates and reasons of the register in plain Vietnamese: what happened and what to do."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from lms.core.i18n import _, lazy
from lms.people.reading import column_letters
from lms.people.rules.identity import Problem
from lms.people.rules.roster import Remark

PROBLEMS: Mapping[str, LazyString] = {
    "heading_missing": lazy(
        "Không tìm thấy dòng tiêu đề có cột “Họ và tên” trong 40 dòng đầu. Hãy thêm một dòng tiêu đề, ví dụ: "
        "Họ và tên | Ngày sinh | Giới tính | Thôn."
    ),
    "no_people": lazy("Không có dòng nào ghi tên người. Hãy kiểm tra lại tệp."),
    "row_empty": lazy("Dòng trống, đã bỏ qua."),
    "row_total": lazy("Dòng tổng cộng “%(value)s”, đã bỏ qua vì không phải tên người."),
    "row_signature": lazy("Dòng ký tên “%(value)s”, đã bỏ qua vì không phải tên người."),
    "row_title": lazy("Dòng “%(value)s” không phải tên người, đã bỏ qua."),
    "row_heading": lazy("Dòng tiêu đề lặp lại, đã bỏ qua."),
    "cell_merged": lazy("ô bị gộp với ô khác. Hãy bỏ gộp ô rồi ghi giá trị vào từng dòng."),
    "cell_formula": lazy(
        "ô chứa công thức không có kết quả. Hãy chép cả cột, dán lại dạng giá trị (Paste Values) rồi lưu."
    ),
    "name_missing": lazy("thiếu họ tên. Hãy ghi họ tên, hoặc xóa dòng này."),
    "name_two_people": lazy("“%(value)s” có vẻ là hai người. Hãy tách mỗi người một dòng."),
    "name_two_columns": lazy(
        "dòng ghi hai người ở hai cột tên, người thứ hai là “%(value)s”. Hãy tách mỗi người một dòng."
    ),
    "name_long": lazy("họ tên quá dài (“%(value)s”). Hãy chỉ ghi họ tên."),
    "name_letters": lazy("họ tên “%(value)s” có số hoặc ký hiệu. Hãy chỉ ghi họ tên bằng chữ."),
    "birth_two_digit_year": lazy(
        "ngày sinh “%(value)s” chỉ có hai số của năm. Hãy ghi đủ bốn số, ví dụ 05/03/1958."
    ),
    "birth_no_day": lazy(
        "ngày sinh “%(value)s” thiếu ngày. Hãy ghi đủ ngày/tháng/năm, hoặc chỉ ghi năm sinh."
    ),
    "birth_unreadable": lazy(
        "không hiểu ngày sinh “%(value)s”. Hãy ghi ngày/tháng/năm như 05/03/1958, hoặc chỉ ghi năm 1958."
    ),
    "birth_impossible": lazy(
        "ngày sinh “%(value)s” không có trong lịch. Hãy sửa lại (ngày trước, tháng sau), hoặc chỉ ghi năm."
    ),
    "birth_future": lazy("ngày sinh “%(value)s” ở tương lai. Hãy sửa lại."),
    "birth_too_old": lazy("năm sinh “%(value)s” quá xa (hơn 120 tuổi). Hãy sửa lại."),
    "day_needed": lazy("“%(value)s” chỉ có năm. Hãy ghi đủ ngày/tháng/năm, hoặc để trống."),
    "day_far": lazy("ngày “%(value)s” quá xa hôm nay. Hãy sửa lại, hoặc để trống."),
    "day_unreadable": lazy(
        "không hiểu ngày “%(value)s”. Hãy ghi ngày/tháng/năm như 05/03/2026, hoặc để trống."
    ),
    "days_reversed": lazy("ngày kết thúc đứng trước ngày bắt đầu. Hãy sửa lại."),
    "sex_unknown": lazy("không hiểu giới tính “%(value)s”. Hãy ghi Nam hoặc Nữ, hoặc để trống."),
    "sex_both": lazy("đánh dấu cả Nam và Nữ. Hãy chỉ để một dấu."),
    "citizen_id_letters": lazy(
        "số định danh có chữ hoặc ký hiệu nên không lưu. Hãy ghi đủ 12 chữ số."
    ),
    "citizen_id_zeros": lazy(
        "số định danh thiếu số 0 ở đầu (Excel bỏ mất), đã thêm vào. Hãy kiểm tra lại."
    ),
    "citizen_id_old": lazy(
        "số có 9 chữ số là CMND cũ nên không lưu. Hãy ghi số định danh 12 chữ số."
    ),
    "citizen_id_length": lazy("số định danh không đủ 12 chữ số nên không lưu. Hãy kiểm tra lại."),
    "citizen_id_disagrees": lazy(
        "số định danh không hợp với năm sinh hoặc giới tính đã ghi. Hãy kiểm tra lại."
    ),
    "citizen_id_taken": lazy(
        "số định danh này đã ghi cho người khác (%(value)s). Hãy kiểm tra số và họ tên."
    ),
    "citizen_id_twice": lazy(
        "số định danh này trùng với dòng %(value)s nhưng khác họ tên hoặc năm sinh. Hãy sửa một trong hai dòng."
    ),
    "phone_odd": lazy("số điện thoại “%(value)s” không đúng nên không lưu. Hãy ghi 10 chữ số."),
    "phone_first": lazy("ô ghi nhiều số điện thoại, chỉ lưu số đầu."),
    "group_unknown": lazy(
        "không hiểu nhóm “%(value)s”. Hãy ghi một trong: cán bộ công chức, học sinh, sinh viên, "
        "người lao động, tiểu thương, nông dân, Tổ công nghệ số, đại sứ số, hộ nghèo, người khuyết tật."
    ),
    "group_without_level": lazy("học sinh, sinh viên nhưng thiếu cấp học. Hãy ghi cấp học."),
    "level_unknown": lazy(
        "không hiểu cấp học “%(value)s”. Hãy ghi tiểu học, THCS, THPT, đại học, hoặc lớp."
    ),
    "residence_unknown": lazy("không hiểu “%(value)s”. Hãy ghi thường trú hoặc tạm trú."),
    "unit_unknown": lazy(
        "xã chưa có đơn vị “%(value)s”. Hãy sửa cho đúng tên trong trang Đơn vị, hoặc nhờ quản trị viên thêm."
    ),
    "unit_not_home": lazy(
        "“%(value)s” không phải thôn, tổ dân phố hay khu dân cư. Hãy ghi nơi này ở cột "
        "trường/cơ quan/doanh nghiệp."
    ),
    "unit_several": lazy(
        "“%(value)s” có thể là nhiều đơn vị. Hãy ghi đủ tên như trong trang Đơn vị."
    ),
    "workplace_unclear": lazy(
        "nơi làm việc, học tập “%(value)s” chưa rõ thuộc nhóm nào. Hãy ghi nhóm đối tượng, hoặc cấp học."
    ),
    "household_without_unit": lazy("có số hộ nhưng thiếu thôn, tổ dân phố. Hãy ghi thôn của hộ."),
    "nowhere": lazy(
        "không ghi nơi ở hay nhóm nào, nên người này chưa được tính vào đối tượng nào."
    ),
    "row_repeated": lazy("ghi lại người ở dòng %(value)s, hai dòng được nhập làm một người."),
    "name_capitals": lazy("họ tên viết chữ in hoa, được ghi là “%(value)s”."),
    "name_beside": lazy("cách gọi bên cạnh họ tên được bỏ ra, họ tên ghi là “%(value)s”."),
    "name_other": lazy("họ tên trong sổ là “%(value)s”; giữ tên trong sổ."),
}
"""Sentences of problems; `%(value)s` is what was read, cut to a short length."""

FATES: Mapping[str, LazyString] = {
    "new": lazy("Thêm mới"),
    "updated": lazy("Cập nhật"),
    "unchanged": lazy("Đã có, không đổi"),
    "doubtful": lazy("Có thể trùng"),
    "error": lazy("Lỗi"),
    "skipped": lazy("Bỏ qua"),
}

KEPT: Mapping[str, LazyString] = {
    "enrolled": lazy("đang có tên trong một lớp"),
    "merged": lazy("hồ sơ đã được gộp hoặc xác nhận sau đó"),
    "edited": lazy("đã có người sửa, hoặc lần nhập sau cập nhật"),
    "used": lazy("đã có việc khác ghi cho người này"),
}
"""Why a person whom an import made or changed stays when it is taken back."""

REASONS: Mapping[str, LazyString] = {
    "name_same": lazy("cùng họ tên"),
    "name_marks": lazy("cùng họ tên, một bên không dấu"),
    "name_middle": lazy("cùng họ và tên, một bên thiếu tên đệm"),
    "name_typed": lazy("cùng họ tên, một bên còn chữ gõ kiểu Telex hoặc VNI"),
    "name_partly": lazy("cùng họ tên, chỉ khác dấu hoặc cách viết liền"),
    "name_order": lazy("cùng các chữ trong họ tên, khác thứ tự"),
    "name_short": lazy("họ tên khớp, một bên viết tắt"),
    "name_initials": lazy("một bên chỉ ghi chữ cái đầu, khớp họ tên"),
    "name_slip": lazy("họ tên khác một chữ gần giống"),
    "name_slips": lazy("họ tên khác hai chữ gần giống"),
    "name_called": lazy("tên một bên là tên thường gọi của bên kia"),
    "name_given": lazy("một bên chỉ ghi tên, không ghi họ"),
    "name_beginning": lazy("một bên thiếu chữ cuối của họ tên"),
    "name_family": lazy("cùng tên đệm và tên, khác họ"),
    "name_other_middle": lazy("cùng họ và tên, khác tên đệm"),
    "called_differs": lazy("tên thường gọi khác nhau"),
    "birth_same": lazy("cùng ngày sinh"),
    "birth_swapped": lazy("ngày và tháng sinh đổi chỗ"),
    "birth_guess": lazy("cùng năm sinh, ngày 01/01 hoặc 01/07 thường là ghi chừng"),
    "birth_other_year": lazy("cùng ngày tháng, năm sinh lệch như gõ nhầm"),
    "birth_digit": lazy("cùng năm sinh, ngày hoặc tháng khác một chữ số"),
    "birth_differs": lazy("khác ngày sinh"),
    "year_same": lazy("cùng năm sinh"),
    "year_near": lazy("năm sinh lệch một, hai năm"),
    "year_digit": lazy("năm sinh khác một chữ số hoặc đảo hai số"),
    "year_differs": lazy("khác năm sinh"),
    "sex_same": lazy("cùng giới tính"),
    "sex_differs": lazy("khác giới tính"),
    "unit_same": lazy("cùng thôn, tổ"),
    "unit_differs": lazy("khác thôn, tổ"),
    "household_same": lazy("cùng hộ"),
    "household_differs": lazy("khác hộ"),
    "phone_same": lazy("cùng điện thoại"),
    "phone_differs": lazy("khác điện thoại"),
    "citizen_same": lazy("cùng số định danh"),
    "citizen_differs": lazy("khác số định danh"),
}

ACCOUNTS: Mapping[str, LazyString] = {
    "login_shape": lazy(
        "Tên đăng nhập có 3 đến 40 chữ thường không dấu hoặc chữ số, có thể có dấu chấm, ví dụ: nguyenlan."
    ),
    "login_taken": lazy("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."),
    "name_missing": lazy("Hãy ghi họ tên, không quá 80 chữ."),
    "role_unknown": lazy("Hãy chọn một vai trò trong danh sách."),
    "unit_missing": lazy("Người báo cáo của đơn vị cần có đơn vị. Hãy chọn đơn vị."),
    "password_short": lazy("Mật khẩu cần ít nhất 10 ký tự. Hãy ghép vài từ dễ nhớ với bạn."),
    "password_long": lazy("Mật khẩu dài quá 200 ký tự. Hãy rút ngắn lại."),
    "password_common": lazy("Mật khẩu này nhiều người dùng nên dễ đoán. Hãy chọn mật khẩu khác."),
    "password_own": lazy(
        "Mật khẩu gần giống tên đăng nhập, họ tên hoặc tên xã nên dễ đoán. Hãy ghép thêm vài từ khác."
    ),
    "password_digits": lazy(
        "Mật khẩu chỉ có chữ số, giống số điện thoại hay ngày sinh nên dễ đoán. Hãy ghép vài từ dễ nhớ với bạn."
    ),
    "password_simple": lazy(
        "Mật khẩu lặp lại, hoặc chỉ là dãy liên tiếp hay các phím liền nhau nên dễ đoán. Hãy chọn cái khác."
    ),
    "password_old": lazy("Mật khẩu đang dùng chưa đúng. Hãy gõ lại."),
    "password_again": lazy("Hai lần gõ mật khẩu chưa giống nhau. Hãy gõ lại."),
}

CHANGES: Mapping[str, LazyString] = {
    "name": lazy("họ tên có dấu"),
    "birth": lazy("ngày sinh"),
    "sex": lazy("giới tính"),
    "phone": lazy("điện thoại"),
    "citizen_id": lazy("số định danh"),
    "residence": lazy("nơi ở"),
    "moved": lazy("chuyển nơi ở"),
    "household": lazy("hộ"),
    "membership": lazy("nhóm"),
    "left": lazy("ngày kết thúc"),
}


def problem(what: Problem) -> str:
    """The sentence of a problem."""
    return str(PROBLEMS[what.code]) % {"value": what.value}


def remark(
    found: Remark, labels: Mapping[int, str] | None = None, *, by_shape: bool = False
) -> str:
    """'Dòng 12, cột C (Ngày sinh): …' – the place, then what to do; lines of a chat have no columns."""
    sentence = problem(found.problem)
    if found.column is None:
        return _("Dòng %(row)s: %(what)s", row=found.row, what=sentence)
    label = (labels or {}).get(found.column, "")
    if by_shape:
        return _("Dòng %(row)s: %(what)s", row=found.row, what=sentence)
    return _(
        "Dòng %(row)s, cột %(column)s%(label)s: %(what)s",
        row=found.row, column=column_letters(found.column), label=f" ({label})" if label else "",
        what=sentence,
    )  # fmt: skip


def reasons(codes: tuple[str, ...]) -> str:
    """What two records share and where they differ, in one line."""
    return ", ".join(str(REASONS[code]) for code in codes)
