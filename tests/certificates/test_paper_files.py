"""The file: the same bytes for ever, and sheets of all releases in one file for the printer."""

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from certificates.paper import front, subset, template
from certificates.paper import parts as shared_parts
from certificates.paper.assembler import assemble, draw, own_things, shared
from certificates.paper.bundle import Sheet, bundle, two_up
from certificates.paper.slip import draw_slip
from tests.certificates.sheets import (
    BACK,
    FULL_BACK,
    GOLDEN,
    full_design,
    hardest,
    kept,
    printed,
    sheet,
)

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]


def plain(data: bytes) -> bytes:
    """A packing that packs nothing, so that a hash does not depend on the machine's zlib."""
    return data


def read(pieces: Iterator[bytes]) -> pypdf.PdfReader:
    """The file as another library reads it."""
    return pypdf.PdfReader(BytesIO(b"".join(pieces)), strict=True)


def test_nothing_of_clock_or_chance_is_in_the_file() -> None:
    file = draw(printed(), full_design(), BACK).file
    assert b"Date" not in file
    assert b"Producer" not in file
    assert file == draw(printed(), full_design(), BACK).file


def golden(name: str) -> str:
    return (GOLDEN / f"certificate-{name}.sha256").read_text().split()[0]


def test_the_files_are_the_golden_ones_on_every_machine() -> None:
    """A change of these hashes is a new template: give TEMPLATE or SLIP its next number and a new golden."""
    a4, a5 = draw(printed(), back=BACK, pack=plain), draw_slip(printed(), pack=plain)
    assert golden("gcn-a4-2") == sha256(a4.file).hexdigest()
    assert golden("gcn-a5-1") == sha256(a5.file).hexdigest()


@pytest.mark.parametrize("number", ["000001/2026/TBT", "000002/2026/TBT", "000003/2026/TBT"])
def test_a_kept_certificate_of_the_first_template_is_the_file_of_its_issue(number: str) -> None:
    """Nothing draws gcn-a4/1 any more: the store of the release that did is the proof."""
    old, digest = kept("store-0004")[number]
    assert sha256(assemble(old.bodies, old.tail)).hexdigest() == digest
    assert shared(old.bodies).hash_with(old.tail) == digest


def test_a_new_process_draws_the_same_file() -> None:
    script = (
        "from certificates.paper.assembler import draw\n"
        "from tests.certificates.sheets import BACK, full_design, printed\n"
        "print(draw(printed(), full_design(), BACK).file_sha256)"
    )
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)},
    ).stdout.strip()  # fmt: skip
    assert found == draw(printed(), full_design(), BACK).file_sha256


def test_parts_drawn_anew_change_nothing_that_was_kept() -> None:
    drawn = draw(printed(), back=BACK)
    before = [part.body for part in drawn.parts], drawn.tail
    for cached in (template.parts, front.front, shared_parts.faces, subset.face, shared):
        cached.cache_clear()
    assert assemble(*before) == drawn.file == draw(printed(), back=BACK).file


def test_the_fixed_part_is_drawn_once_and_shared_by_its_hash() -> None:
    names = [part.name for part in draw(printed(), full_design(), BACK).parts]
    assert names == ["0-page", "1-serif", "2-bold", "3-sans", "4-logo", "5-back", "9-table"]
    one, two = (draw(printed(name=name), full_design(), BACK) for name in ("Lan", "Hùng"))
    assert [part.sha256 for part in one.parts] == [part.sha256 for part in two.parts]
    other = draw(printed(), back=BACK)
    back, mine = ({part.name: part.sha256 for part in drawn.parts} for drawn in (other, one))
    same = {name for name in back if back[name] == mine[name]}
    assert same == {"1-serif", "2-bold", "3-sans", "5-back"}
    old = {sha256(body).hexdigest() for body in kept("store-0004")["000003/2026/TBT"][0].bodies}
    assert len(old & set(mine.values())) == 3, "the faces are those of the first template"


def test_sheets_of_all_kinds_and_releases_go_into_one_file_with_blank_backs() -> None:
    old = kept("store-0004")["000003/2026/TBT"][0]
    sheets = [old, sheet(draw(hardest(), full_design(), FULL_BACK)), sheet(draw_slip(printed())),
              sheet(draw(printed(name="Trần Văn Hùng"), back=BACK)), old]  # fmt: skip
    reader = read(bundle(sheets, "Lớp K1"))
    told = [page.extract_text() for page in reader.pages]
    sizes = [round(float(page.mediabox.width)) for page in reader.pages]
    assert sizes == [842, 842, 842, 842, 420, 420, 842, 842, 842, 842]
    assert [n for n, text in enumerate(told) if not text] == [1, 5, 9]
    assert "Mặt sau của giấy chứng nhận số 000123/2026/TBT" in told[3]
    assert "Trần Văn Hùng" in told[6]
    assert told[0] == told[8]
    data = b"".join(bundle(sheets, "Lớp K1"))
    assert data.count(b"/FontFile2") == 3, "faces are shared by all releases"


def test_a_class_of_old_sheets_has_no_blank_pages_and_is_tagged() -> None:
    olds = [sheet for sheet, _digest in kept("store-0004").values()]
    reader = read(bundle(olds, "Lớp K1"))
    assert len(reader.pages) == 3
    assert all(page.extract_text() for page in reader.pages)
    tree = reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]
    sections = tree["/K"]["/K"]
    assert [one.get_object()["/S"] for one in sections] == ["/Sect"] * 3
    for n, page in enumerate(reader.pages):
        marks = tree["/ParentTree"]["/Nums"][2 * n + 1]
        assert all(one.get_object()["/Pg"].get_object() == page for one in marks)


def test_marks_of_every_page_lead_to_the_elements_that_name_them() -> None:
    drawn = draw(printed(), full_design(), BACK)
    whole = read(bundle([sheet(drawn), sheet(draw_slip(printed()))], "Lớp"))
    for reader in (pypdf.PdfReader(BytesIO(drawn.file), strict=True), whole):
        numbers = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]  # type: ignore[index]
        for n, page in enumerate(one for one in reader.pages if "/StructParents" in one):
            assert page["/StructParents"] == numbers[2 * n] == n
            elements = [one.get_object() for one in numbers[2 * n + 1].get_object()]
            assert [one["/K"] for one in elements] == list(range(len(elements)))
            assert all(one["/Pg"].get_object() == page for one in elements)
            data = page.get_contents().get_data().decode()  # type: ignore[union-attr]
            assert all(
                f"/{one['/S'][1:]} <</MCID {k}>> BDC" in data for k, one in enumerate(elements)
            )


def test_slips_stand_two_on_a_paper_and_another_design_takes_a_new_one() -> None:
    slips = [draw_slip(printed(name=f"Nguyễn Thị Lan {n}")) for n in range(3)]
    slips.append(draw_slip(hardest(), full_design()))
    reader = read(two_up([sheet(one) for one in slips], "Phiếu của lớp K1"))
    told = [page.extract_text() for page in reader.pages]
    assert [[n for n in range(3) if f"Lan {n}" in text] for text in told] == [[0, 1], [2], []]
    assert "Công Tằng" in told[2]
    assert reader.trailer["/Root"]["/Lang"] == "vi-VN"  # type: ignore[index]
    assert reader.metadata is not None
    assert reader.metadata.title == "Phiếu của lớp K1"
    with pytest.raises(ValueError, match="only slips"):
        list(two_up([sheet(draw(printed()))], "x"))


def test_a_class_file_is_written_as_it_goes_in_bounded_memory() -> None:
    drawn = draw(printed(), full_design(), BACK)
    one = sheet(drawn)
    pieces = bundle((one for _n in range(150)), "Lớp K1")
    next(pieces), next(pieces)
    tracemalloc.start()
    written = sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 400_000
    # What is held is where each object stands, not the objects.
    assert peak < 8_000_000


DAMAGED = [
    ((b"nothing of a certificate",), b""),
    ((b"1 0 obj\nnull\nendobj\n",), b""),
    (None, b"nothing of a certificate"),
    (None, b"1 0 obj\nnull\nendobj\nstartxref\n0\n"),
    (None, b""),
]


@pytest.mark.parametrize(("bodies", "tail"), DAMAGED)
def test_damaged_bytes_are_told_and_never_printed(
    bodies: tuple[bytes, ...] | None, tail: bytes
) -> None:
    good = sheet(draw(printed(), back=BACK))
    with pytest.raises(ValueError, match="damaged"):
        list(
            bundle(
                [Sheet(bodies or good.bodies, tail or (b"" if bodies is None else good.tail))], "x"
            )
        )


def test_own_things_are_read_without_the_table() -> None:
    found = own_things(draw(printed(), back=BACK).tail)
    assert [thing.stream is None for thing in found.values()] == [False, False, True, False]
