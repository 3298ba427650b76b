"""Files that are broken, huge or hostile: a sentence with a line, or items and losses; never a crash."""

import io
import zipfile

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.exchange import MOST_BYTES, Imported, read
from courses.problems import ContentError, Problem
from tests.courses.exchange.golden import FILES

pytestmark = pytest.mark.pure

BILLION = """<?xml version="1.0"?>
<!DOCTYPE quiz [
 <!ENTITY a "ha">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
 <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<quiz>&c;</quiz>"""
FOREIGN = """<?xml version="1.0"?>

<!DOCTYPE quiz SYSTEM "file:///etc/passwd">
<quiz/>"""


def refusal(name: str, content: bytes) -> Problem:
    """The one problem for which the file is refused."""
    with pytest.raises(ContentError) as caught:
        read(name, content)
    (problem,) = caught.value.problems
    assert problem.file == name
    return problem


@pytest.mark.parametrize(("text", "line"), [(BILLION, 2), (FOREIGN, 3), ("<quiz>\n&xxe;</quiz>", 2),
                                            ("<quiz>\n<question>\n</quiz>", 3),
                                            ("\n<html/>", 2)])  # fmt: skip
@pytest.mark.counts("XML attacks refused")
def test_entities_and_broken_xml_are_refused_with_their_line(text: str, line: int) -> None:
    assert refusal("a.xml", text.encode()).line == line


@pytest.mark.counts("XML attacks refused")
def test_a_huge_attachment_is_refused_at_the_line_where_it_begins() -> None:
    body = b"<quiz>\n<question>\n<file>" + b"QUFB\n" * 500_000 + b"</file></question></quiz>"
    problem = refusal("a.xml", body)
    assert (problem.line, "1,5 MB" in problem.message) == (3, True)


@pytest.mark.counts("XML attacks refused")
def test_a_deep_tree_is_refused_with_its_line() -> None:
    assert refusal("a.xml", b"<quiz>\n" + b"<a>" * 5000 + b"</a>" * 5000 + b"</quiz>").line == 2


@pytest.mark.counts("XML attacks refused")
def test_a_tree_of_many_branches_is_refused() -> None:
    assert "quá nhiều thẻ" in refusal("a.xml", b"<quiz>" + b"<a/>" * 250_000 + b"</quiz>").message


@pytest.mark.counts("XML attacks refused")
def test_an_unknown_encoding_of_xml_is_refused() -> None:
    assert refusal("a.xml", b'<?xml version="1.0" encoding="x-la"?><quiz/>').line >= 0


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert "8 MB" in refusal("a.gift", b"a" * (MOST_BYTES + 1)).message


def test_more_questions_than_anybody_reviews_at_once_are_refused() -> None:
    text = "\n\n".join(["Hỏi?{T}"] * 1001)
    assert "hơn 1000 câu" in refusal("a.gift", text.encode()).message


def test_text_in_an_old_encoding_is_refused_with_its_line() -> None:
    assert refusal("a.gift", b"Mot?{=a ~b ~c}\n\nHai \xf2?{=a ~b ~c}").line == 3


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf", b"\x00\x00"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert refusal("a.gift", content).message == "Tệp trống."


def far_cells() -> bytes:
    """A file of a few kilobytes whose two cells stand at opposite corners of the largest sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("A")
    sheet.write(0, 0, "Câu hỏi")
    sheet.write(1_048_575, 16_383, "xa")
    book.close()
    return file.getvalue()


def changed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The archive with another text in one of its parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body.replace(old, new) if name == part else body)
    return file.getvalue()


def test_files_that_end_the_reader_do_not_end_the_service() -> None:
    """Each makes the library ask for hundreds of gigabytes, which aborts the process that asks."""
    texts = changed(
        far_cells(), "xl/sharedStrings.xml", b'uniqueCount="2"', b'uniqueCount="4294967295"'
    )
    for content in (far_cells(), texts):
        assert "ô nằm quá xa" in refusal("a.xlsx", content).message


def packed(**parts: bytes) -> bytes:
    """A zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), body)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 hong",
        packed(a_txt=b"x"),
        packed(content_xml=b"<a"),
        packed(content_xml=BILLION.encode()),
        packed(xl__a_xml=b" " * (61 * 1024 * 1024)),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
        b"\xd0\xcf\x11\xe0" + bytes(range(256)) * 8,
    ],
    ids=["broken", "other", "cut", "entities", "bomb", "empty old", "broken old"],
)
def test_spreadsheets_that_are_none_are_refused(content: bytes) -> None:
    assert refusal("a.xlsx", content).message


def test_repeated_cells_without_end_are_refused() -> None:
    cell = '<table:table-cell table:number-columns-repeated="99999999"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="99999999">{cell * 60}</table:table-row>'
    names = ('xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
             'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"')  # fmt: skip
    body = f'<d {names}><table:table table:name="A">{row}</table:table></d>'
    assert "quá nhiều ô" in refusal("a.ods", packed(content_xml=body.encode())).message


NAMES = st.sampled_from(["a.gift", "a.xml", "a.txt", "a.csv", "a.xlsx", "a.xls", "a.ods", "a", ""])
PIECES = st.sampled_from(
    ["{", "}", "=", "~", "#", "####", "->", "%50%", "::", "\\", "\n", "\n\n", "//", "$CATEGORY:", "[html]",
     "[id:a]", "T", "..", ":", "1", "Câu 1: ", "A. ", "B. ", "C. ", "Đáp án: B", "\t", ",", ";", '"', "<b>",
     "&lt;",
     "Câu hỏi", "Đáp án", "x", "*", "chữ", "\x00", "\x85", "\u2028", "\ufeff", ">", "[markdown]", "```"]
)  # fmt: skip


def settled(name: str, content: bytes) -> Imported | None:
    """Items and losses, or a refusal; anything else fails the test."""
    try:
        return read(name, content)
    except ContentError:
        return None


@settings(max_examples=300, deadline=None)
@given(
    NAMES,
    st.one_of(
        st.binary(max_size=300), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))
    ),
)
def test_any_bytes_give_items_and_losses_or_a_refusal(name: str, content: bytes) -> None:
    settled(name, content)


@settings(max_examples=400, deadline=None)
@given(NAMES, st.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_marks_gives_items_and_losses_or_a_refusal(name: str, text: str) -> None:
    settled(name, text.encode())


@settings(max_examples=150, deadline=None)
@given(st.data(), st.sampled_from(["du-goc.gift", "du-goc.xml", "danh-sach.txt"]))
def test_a_file_cut_or_changed_anywhere_gives_items_and_losses_or_a_refusal(
    data: st.DataObject, name: str
) -> None:
    content = bytearray((FILES / name).read_bytes())
    for _number in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.integers(1, len(content)))
    settled(name, bytes(content[:end]))
