"""Spreadsheets and lists in the many shapes in which teachers write them."""

import base64
import csv
import io
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from courses.exchange import Imported, read

HEAD = ("STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án", "Giải thích")
ROW = (1, "Mã OTP là gì?", "Mã thẻ cào", "Mã dùng một lần", "Mã giảm giá", "Mã khách", "B", "vì")
RIGHT = [
    {"wrong": "Mã thẻ cào"},
    {"right": "Mã dùng một lần"},
    {"wrong": "Mã giảm giá"},
    {"wrong": "Mã khách"},
]
Rows = Sequence[Sequence[Any]]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def book(*sheets: Rows, names: Sequence[str] = ("Đề 1", "Đề 2", "Đề 3")) -> bytes:
    """An xlsx file."""
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    for name, rows in zip(names, sheets, strict=False):
        sheet = workbook.add_worksheet(name)
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(row, column, cell)
    workbook.close()
    return file.getvalue()


def taken(*sheets: Rows) -> Imported:
    """What the sheets give."""
    return read("cau-hoi.xlsx", book(*sheets))


def one(*rows: Sequence[Any]) -> dict[str, Any]:
    """The only item of a sheet."""
    imported = taken(rows)
    assert len(imported.items) == 1, imported.losses
    return imported.items[0]


def fates(imported: Imported) -> list[tuple[str, str]]:
    """Where something stays behind, and the beginning of why."""
    return [
        (loss.where, loss.message[:40])
        for loss in imported.losses
        if "Cần bổ sung" not in loss.message
    ]


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


@pytest.mark.pure
def test_one_option_a_row_with_a_merged_question() -> None:
    file = io.BytesIO()
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Đề"
    for row in [("STT", "Câu hỏi", "Phương án", "Đúng", "Giải thích"), (1, "Mã OTP?", "A. thẻ", None, "vì"),
                (None, None, "B. một lần", "x"), (None, None, "C. giảm giá"), (2, "Chọn HAI", "một", "x"),
                (None, None, "hai", "x"), (None, None, "ba")]:  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("B2:B4")
    workbook.save(file)
    imported = read("a.xlsx", file.getvalue())
    assert imported.places == ("trang “Đề”, dòng 2–4", "trang “Đề”, dòng 5–7")
    assert imported.items[0]["options"] == [
        {"wrong": "thẻ"},
        {"right": "một lần"},
        {"wrong": "giảm giá"},
    ]
    assert imported.items[1]["kind"] == "multiple"


@pytest.mark.pure
def test_a_formula_is_never_computed() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(HEAD)
    sheet.append((1, "Hỏi?", '="một"&"hai"', "hai", "ba", "bốn", "B", "vì"))
    file = io.BytesIO()
    workbook.save(file)
    (loss,) = read("a.xlsx", file.getvalue()).losses
    assert loss.whole
    assert "công thức chưa có kết quả" in loss.message


@pytest.mark.pure
def test_a_formula_gives_the_value_that_the_file_holds() -> None:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    sheet = workbook.add_worksheet("A")
    sheet.write_row(0, 0, HEAD)
    sheet.write_row(1, 0, ROW)
    sheet.write_formula(1, 6, "=CHAR(66)", None, "B")
    workbook.close()
    assert read("a.xlsx", file.getvalue()).items[0]["options"] == RIGHT


@pytest.mark.pure
@pytest.mark.parametrize("comma", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_and_pasted_cells(comma: str, encoding: str) -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=comma).writerows([HEAD, ROW])
    imported = read("a.csv", file.getvalue().encode(encoding))
    assert imported.items[0]["options"] == RIGHT
    assert imported.places == ("dòng 2",)


@pytest.mark.pure
def test_a_list_pasted_into_cells() -> None:
    lines = ["Câu 1: Mã OTP là gì?", "A. Mã thẻ cào", "*B. Mã dùng một lần", "C. Mã giảm giá", "D. Mã khách",
             "Giải thích: vì"]  # fmt: skip
    imported = taken([(line,) for line in lines], [("\n".join(lines).replace("OTP", "PIN"),)])
    assert [item["options"] for item in imported.items] == [RIGHT, RIGHT]
    assert imported.places == ("trang “Đề 1”, dòng 1–6", "trang “Đề 2”, dòng 1")


@pytest.mark.pure
def test_options_beside_each_other_on_one_line() -> None:
    text = "Câu 1: Mã OTP là gì?\nA. Mã thẻ cào\tB. Mã dùng một lần\nC. Mã giảm giá   D. Mã khách\nĐáp án: B\n"
    assert read("a.txt", text.encode()).items[0]["options"] == RIGHT


@pytest.mark.pure
def test_a_list_without_numbers_as_in_aiken() -> None:
    text = "Hỏi một?\nA. a\nB. b\nC. c\nANSWER: B\n\nHỏi hai?\nA) a\nB) b\nC) c\nANSWER: C\n"
    imported = read("a.txt", text.encode())
    assert [item["prompt"] for item in imported.items] == ["Hỏi một?", "Hỏi hai?"]
    assert imported.items[1]["options"][2] == {"right": "c"}


@pytest.mark.pure
def test_pictures_notes_and_hidden_sheets_are_told() -> None:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    sheet = workbook.add_worksheet("A")
    for row, cells in enumerate([HEAD, ROW]):
        sheet.write_row(row, 0, cells)
    sheet.write_comment("B2", "xem lại")
    sheet.insert_image("J2", "a.png", {"image_data": io.BytesIO(PIXEL)})
    workbook.add_worksheet("B").hide()
    workbook.close()
    imported = read("a.xlsx", file.getvalue())
    assert len(imported.items) == 1
    assert fates(imported) == [
        ("cả tệp", "Hình đặt trong bảng tính không nhập. Hãy"),
        ("cả tệp", "Ghi chú gắn vào ô (comment) không nhập."),
        ("cả tệp", "Trang tính bị ẩn không nhập."),
    ]


@pytest.mark.pure
def test_a_column_without_heading_is_told() -> None:
    assert fates(taken([HEAD, (*ROW, None, "cô Ba")])) == [
        ("trang “Đề 1”, dòng 1", "Cột J không có tiêu đề nên không nhập.")
    ]


@pytest.mark.pure
def test_words_beside_the_second_option_belong_to_the_question() -> None:
    head = ("Câu hỏi", "Phương án", "Đúng", "Giải thích", "Gợi ý", "Mức độ")
    item = one(
        head, ("Hỏi?", "a", None, "một"), (None, "b", "x", "hai", "nghĩ", "Khó"), (None, "c")
    )
    assert (item["explanation"], item["hints"], item["difficulty"]) == ("một\nhai", ["nghĩ"], 3)


@pytest.mark.pure
def test_keys_without_a_question_and_two_keys_are_told() -> None:
    options = "A. a\nB. b\nC. c\n"
    text = f"Câu 1: Hỏi?\n{options}\nCâu 2: Hỏi nữa?\n{options}Đáp án: A\nĐáp án: B\n\n1A 2B 7C"
    imported = read("a.txt", text.encode())
    assert [item["prompt"] for item in imported.items] == ["Hỏi?"]
    assert fates(imported) == [
        ("dòng 6–11", "Câu có hai dòng “Đáp án”. Hãy giữ một dò"),
        ("dòng 13", "Bảng đáp án có câu 7 mà trong danh sách "),
    ]


@pytest.mark.pure
def test_a_list_of_formulas_without_results_is_told() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for text in ("Câu 1: Hỏi?", "*A. a", "B. b", "C. c", '="D. "&"d"'):
        sheet.append([text])
    file = io.BytesIO()
    workbook.save(file)
    imported = read("a.xlsx", file.getvalue())
    assert fates(imported) == [
        ("trang “Sheet”, dòng 5", "Ô công thức chưa có kết quả nên không đọ")
    ]


@pytest.mark.pure
def test_a_page_without_questions_says_what_is_expected() -> None:
    (loss,) = read("a.txt", b"Kinh gui cac bac,\nhen gap o lop.").losses
    assert (loss.where, loss.whole) == ("dòng 1", True)
    assert "Câu hỏi, A, B, C, D, Đáp án" in loss.message


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_files_of_libreoffice_and_of_old_excel_give_the_same(tmp_path: Path, suffix: str) -> None:
    rows = [
        ("ĐỀ SỐ 1",),
        (),
        HEAD,
        ROW,
        (2, "Bao nhiêu?", None, None, None, None, 12.5, "vì"),
        (3, "Lỗi?", "a", "b", "c", "", "E"),
    ]
    source = tmp_path / "de.xlsx"
    source.write_bytes(book(rows))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless",
         "--convert-to", suffix,
         "--outdir", str(tmp_path), str(source)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert read(f"de.{suffix}", (tmp_path / f"de.{suffix}").read_bytes()) == read(
        "de.xlsx", source.read_bytes()
    )
