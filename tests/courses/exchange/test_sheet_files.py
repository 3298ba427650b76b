"""What else a spreadsheet brings: merged cells, formulas, pasted lists, pictures, other formats."""

import csv
import io
import subprocess
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from courses.exchange import read
from tests.courses.exchange.sheets import HEAD, PIXEL, RIGHT, ROW, book, fates, one, taken


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
