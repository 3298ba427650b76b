"""Spreadsheets and lists in the many shapes in which teachers write them."""

import pytest

from tests.courses.exchange.sheets import HEAD, RIGHT, ROW, fates, one, taken


@pytest.mark.pure
def test_a_plain_table() -> None:
    assert one(HEAD, ROW) | {"id": ""} == {
        "id": "",
        "prompt": "Mã OTP là gì?",
        "options": RIGHT,
        "explanation": "vì",
    }


@pytest.mark.pure
@pytest.mark.parametrize(
    "head",
    [
        (
            "TT",
            "NỘI DUNG CÂU HỎI",
            "Phương án A",
            "Phương án B",
            "Phương án C",
            "Phương án D",
            "ĐÁP ÁN ĐÚNG",
            "Lời giải",
        ),
        (
            "Số TT",
            "cau hoi",
            "dap an a",
            "dap an b",
            "dap an c",
            "dap an d",
            "Dap an",
            "Giai thich",
        ),
        ("#", "Question", "1", "2", "3", "4", "Key", "Explanation"),
        (
            "stt",
            "Đề bài:",
            "Phương án 1",
            "Phương án 2",
            "Phương án 3",
            "Phương án 4",
            "Kết quả",
            "Giải thích đáp án",
        ),
        (
            "TT",
            "Câu hỏi",
            "Lựa chọn A",
            "Lựa chọn B",
            "Lựa chọn C",
            "Lựa chọn D",
            "Phương án đúng",
            "Hướng dẫn giải",
        ),
    ],
)
def test_headings_are_known_by_many_names_with_or_without_marks(head: tuple[str, ...]) -> None:
    assert one(head, ROW)["options"] == RIGHT
    assert one(head, ROW)["explanation"] == "vì"


@pytest.mark.pure
def test_columns_may_stand_in_any_order() -> None:
    order = (6, 5, 4, 7, 3, 2, 1)
    item = one([HEAD[i] for i in order], [ROW[i] for i in order])
    assert item["options"] == RIGHT


@pytest.mark.pure
@pytest.mark.parametrize(
    "key",
    [
        "B",
        "b",
        "B.",
        "b)",
        "Đáp án B",
        "Đáp án: B",
        "Câu B",
        "Phương án B",
        2,
        "2",
        "Mã dùng một lần",
        "mã DÙNG một lần ",
    ],
)
def test_a_key_may_be_a_letter_a_number_or_the_words(key: object) -> None:
    assert one(HEAD, (*ROW[:6], key, "vì"))["options"] == RIGHT


@pytest.mark.pure
@pytest.mark.parametrize(
    "key",
    ["A, C", "A;C", "AC", "A và C", "a-c", "1, 3", "A C", "C, A", "một; ba", "một\nba", "A & C"],
)
def test_a_key_may_name_several(key: str) -> None:
    item = one(HEAD, (1, "Chọn HAI", "một", "hai", "ba", "bốn", key, "vì"))
    assert item["kind"] == "multiple"
    assert [flag for option in item["options"] for flag in option] == [
        "right",
        "wrong",
        "right",
        "wrong",
    ]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("key", "said"),
    [("E", "Không thấy phương án nào khớp đáp án “E”"), ("xanh", "Không thấy phương án nào khớp"),
     ("", "Câu chưa có đáp án"), ("2", "vừa là tên vừa là chữ")],
)  # fmt: skip
def test_a_key_that_names_nothing_or_two_things_is_told_with_its_row(key: str, said: str) -> None:
    imported = taken([HEAD, (1, "Mấy?", "1", "3", "2", "4", key, "vì")])
    (loss,) = imported.losses
    assert (loss.where, loss.whole) == ("trang “Đề 1”, dòng 2", True)
    assert said in loss.message


@pytest.mark.pure
def test_an_empty_option_does_not_shift_the_letters() -> None:
    item = one(HEAD, (1, "Hỏi?", "một", None, "ba", "bốn", "D", "vì"))
    assert item["options"] == [{"wrong": "một"}, {"wrong": "ba"}, {"right": "bốn"}]
    assert (
        "Không thấy"
        in taken([HEAD, (1, "Hỏi?", "một", None, "ba", "bốn", "B", "")]).losses[0].message
    )


@pytest.mark.pure
def test_a_star_or_a_word_in_the_option_marks_it() -> None:
    head = ("Câu hỏi", "A", "B", "C")
    assert one(head, ("Hỏi?", "một", "*hai", "ba"))["options"][1] == {"right": "hai"}
    assert one(head, ("Hỏi?", "một", "hai (đúng)", "ba"))["options"][1] == {"right": "hai"}


@pytest.mark.pure
def test_an_x_beside_an_option_marks_it() -> None:
    head = ("Câu hỏi", "Phương án A", "Đúng", "Phương án B", None, "Phương án C", "")
    item = one(
        head,
        ("Hỏi?", "một", "", "hai", "x", "ba", ""),
    )
    assert item["options"] == [{"wrong": "một"}, {"right": "hai"}, {"wrong": "ba"}]


@pytest.mark.pure
def test_a_star_and_a_key_that_differ_are_told() -> None:
    (loss,) = taken([HEAD, (1, "Hỏi?", "*một", "hai", "ba", "bốn", "B", "")]).losses
    assert loss.message == "Dấu đánh ở phương án và cột đáp án nói khác nhau. Hãy giữ một cách."


@pytest.mark.pure
def test_titles_empty_rows_and_section_names_are_no_questions_and_are_told() -> None:
    imported = taken(
        [
            ("NGÂN HÀNG CÂU HỎI",),
            (),
            ("Lớp bác Tư", None, "2026"),
            HEAD,
            (),
            ROW,
            (),
            ("Phần II",),
            ROW,
        ]
    )
    assert len(imported.items) == 2
    assert imported.places == ("trang “Đề 1”, dòng 6", "trang “Đề 1”, dòng 9")
    assert fates(imported) == [
        ("trang “Đề 1”, dòng 1", "Dòng tiêu đề “NGÂN HÀNG CÂU HỎI” không n"),
        ("trang “Đề 1”, dòng 3", "Dòng tiêu đề “Lớp bác Tư 2026” không nhậ"),
        ("trang “Đề 1”, dòng 8", "Dòng “Phần II” không có câu hỏi nên khôn"),
        ("trang “Đề 1”, dòng 9", f"Mã “{imported.items[0]['id']}” đã có câu khác dùng, n"),
    ]


@pytest.mark.pure
def test_several_sheets_are_read_and_named() -> None:
    other = (1, "Mật khẩu?", "ngắn", "dài", "cũ", "chung", "B", "vì")
    imported = taken([HEAD, ROW], [HEAD, other], [("Ghi chú của cô",)])
    assert imported.places == ("trang “Đề 1”, dòng 2", "trang “Đề 2”, dòng 2")
    assert [(loss.where, loss.whole) for loss in imported.losses] == [
        ("trang “Đề 3”, dòng 1", True)
    ]


@pytest.mark.pure
def test_columns_that_nobody_knows_are_told_once() -> None:
    imported = taken([(*HEAD, "Người soạn"), (*ROW, "cô Ba")])
    assert fates(imported) == [("trang “Đề 1”, dòng 1", "Cột I (“Người soạn”) không dùng ở đây nê")]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("said", "difficulty"),
    [("Nhận biết", 1), ("THÔNG HIỂU", 2), ("vận dụng cao", 3), ("Khó", 3), (2, 2)],
)
def test_levels_of_thinking_are_difficulties(said: object, difficulty: int) -> None:
    assert one((*HEAD, "Mức độ"), (*ROW, said))["difficulty"] == difficulty


@pytest.mark.pure
def test_an_unknown_level_is_told() -> None:
    imported = taken([(*HEAD, "Mức độ"), (*ROW, "siêu khó")])
    assert imported.losses[0].message.startswith("Mức độ “siêu khó” không hiểu")


@pytest.mark.pure
def test_hints_and_ids_of_the_teacher_are_kept() -> None:
    item = one((*HEAD, "Gợi ý 1", "Gợi ý 2", "Mã câu"), (*ROW, "nghĩ đi", "nghĩ nữa", "OTP 01"))
    assert (item["id"], item["hints"]) == ("otp-01", ["nghĩ đi", "nghĩ nữa"])


@pytest.mark.pure
@pytest.mark.parametrize(
    ("key", "number"),
    [(45000, {"value": "45000"}), ("45.000", {"value": "45000"}), (12.5, {"value": "12.5"}),
     (1.234, {"value": "1.234"}),
     ("45.000 đồng", {"value": "45000", "unit": "đồng"}), ("-3", {"value": "-3"})],
)  # fmt: skip
def test_a_number_without_options_is_to_be_filled_in(key: object, number: dict[str, str]) -> None:
    item = one(HEAD, (1, "Bao nhiêu?", None, None, None, None, key, "vì"))
    assert (item["kind"], item["number"]) == ("number", number)


@pytest.mark.pure
def test_unit_and_tolerance_may_have_columns() -> None:
    head = ("Câu hỏi", "Đáp án", "Đơn vị", "Sai số", "Loại")
    item = one(head, ("Bao nhiêu?", 26, "độ", "0,5", "Điền số"))
    assert item["number"] == {"value": "26", "tolerance": "0.5", "unit": "độ"}


@pytest.mark.pure
def test_kinds_that_a_column_names() -> None:
    head = (*HEAD, "Loại câu")
    steps = (1, "Xếp", "quét", "nhập", "xem", "trả", "", "vì", "Sắp thứ tự")
    other = (2, "Xếp lại", "nhập", "quét", "xem", "trả", "B, A, C, D", "vì", "Sắp xếp")
    pairs = (
        3,
        "Ghép",
        "giấy -> VNeID",
        "tiền = ngân hàng",
        "gọi → nhắn tin",
        "máy tính",
        "",
        "vì",
        "Ghép nối",
    )
    first, second, third = taken([head, steps, other, pairs]).items
    assert first["sequence"] == second["sequence"] == ["quét", "nhập", "xem", "trả"]
    assert third["pairs"][1] == {"left": "tiền", "right": "ngân hàng"}
    assert third["decoys"] == ["máy tính"]


@pytest.mark.pure
@pytest.mark.parametrize(
    ("kind", "key", "said"),
    [("Tự luận", "B", "Loại câu “Tự luận” chưa có ở đây"), ("Đúng/Sai", "B", "chưa có ở đây"),
     ("lạ", "B", "Không hiểu loại câu “lạ”"), ("Một lựa chọn", "A, B", "nói chọn một mà có nhiều"),
     ("Nhiều lựa chọn", "B", "nói chọn nhiều mà chỉ có một"), ("Điền số", "B", "không có phương án"),
     ("Sắp thứ tự", "A, B", "phải kể đủ các bước"), ("Ghép", "", "mỗi ô một cặp")],
)  # fmt: skip
def test_kinds_that_do_not_fit_are_told(kind: str, key: str, said: str) -> None:
    (loss,) = taken([(*HEAD, "Loại"), (*ROW[:6], key, "vì", kind)]).losses
    assert said in loss.message
    assert loss.whole


@pytest.mark.pure
def test_two_options_are_too_few_by_our_rules() -> None:
    (loss,) = taken([HEAD, (1, "Hỏi?", "có", "không", None, None, "A", "vì")]).losses
    assert loss.message == "Không hợp quy định câu hỏi ở đây: Câu hỏi cần từ 3 đến 6 phương án."
