"""Packs: the same bytes for the same files, and no way in for a zip that is more than files."""

import io
import random
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.loader import LoadedProgramme, load_files, shipped_programmes
from courses.packs import MAX_TOTAL, read_pack, write_pack
from courses.problems import ContentError, Problem
from courses.reading import MAX_BYTES
from courses.writing import write_files
from tests.courses.made_up import CODE
from tests.courses.sample import files
from tests.courses.zip_craft import Member, crafted, deflate, overlapping, quoted

pytestmark = pytest.mark.pure

FILES = files()


def refusals(content: bytes) -> tuple[Problem, ...]:
    with pytest.raises(ContentError) as refused:
        read_pack(content)
    assert {problem.line for problem in refused.value.problems} == {0}
    return refused.value.problems


def told(content: bytes) -> str:
    return "\n".join(map(str, refusals(content)))


def zipped(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As an ordinary program writes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return target.getvalue()


# Writing


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come() -> None:
    pack = write_pack(FILES)
    mixed = list(FILES.items())
    random.Random(1).shuffle(mixed)
    assert write_pack(dict(mixed)) == pack
    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        assert archive.testzip() is None
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist() == sorted(FILES)


@given(st.dictionaries(CODE.map(lambda c: f"items/{c}.yaml"), st.binary(max_size=300), max_size=8))
def test_what_is_packed_comes_out_again(entries: dict[str, bytes]) -> None:
    entries = {name: body for name, body in entries.items() if not body.startswith(b"PK\x03\x04")}
    assert read_pack(write_pack(entries)) == entries


@pytest.mark.parametrize("loaded", shipped_programmes(), ids=lambda one: one.version.code)
def test_a_shipped_programme_survives_being_written_packed_and_read(
    loaded: LoadedProgramme,
) -> None:
    pack = write_pack(write_files(loaded.version, loaded.media))
    assert load_files(read_pack(pack)).version.content_hash == loaded.version.content_hash


def test_a_path_that_cannot_be_read_again_is_not_packed() -> None:
    with pytest.raises(ContentError):
        write_pack({"../x.yaml": b""})


# What people really send


def test_a_folder_that_was_zipped_as_a_whole_is_taken_off() -> None:
    assert read_pack(zipped({f"Bài của tôi/{name}": body for name, body in FILES.items()})) == FILES


def test_what_macos_and_windows_add_is_left_out() -> None:
    added = {
        "__MACOSX/thu/._programme.yaml": b"\0\5\26\7", "thu/.DS_Store": b"\0\0\0\1Bud1",
        "thu/items/._cau-hoi.yaml": b"\0", "thu/Thumbs.db": b"\xd0\xcf", "thu/desktop.ini": b"[x]",
    }  # fmt: skip
    assert read_pack(zipped({f"thu/{name}": body for name, body in FILES.items()} | added)) == FILES


def test_folders_as_entries_and_stored_entries_are_read() -> None:
    entries = {"items/": b"", "media/": b""} | FILES
    assert read_pack(zipped(entries, zipfile.ZIP_STORED)) == FILES


def test_marked_letters_are_put_together_also_when_the_zip_does_not_say_utf8() -> None:
    apart = "media/đường.svg".encode().replace("ư".encode(), "u\u031b".encode())
    assert set(read_pack(crafted(Member(apart, flags=0)))) == {"media/đường.svg"}


def test_a_pack_of_items_alone_keeps_their_folder() -> None:
    assert set(read_pack(zipped({"items/a.yaml": b"1"}))) == {"items/a.yaml"}


# Not a zip


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", b"hello" * 50, write_pack(FILES)[:-30], write_pack(FILES)[:200], b"\x1f\x8b" + bytes(50)],
    ids=["empty", "letters", "text", "cut-end", "cut", "gzip"],
)  # fmt: skip
@pytest.mark.counts("archive shapes refused or read safely")
def test_what_is_no_zip_or_broken_is_refused(content: bytes) -> None:
    (found,) = refusals(content)
    assert (found.file, "không phải gói zip" in found.message) == ("gói zip", True)


@settings(max_examples=150)
@given(st.data())
@pytest.mark.counts("archive shapes refused or read safely", n=150)
def test_a_damaged_pack_is_refused_or_gives_the_same_files(data: st.DataObject) -> None:
    """A flipped bit may touch what nobody reads (a date); it never changes a file unseen."""
    pack = bytearray(zipped(FILES))
    at = data.draw(st.integers(0, len(pack) - 1))
    pack[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = read_pack(bytes(pack))
    except ContentError:
        return
    assert set(read.values()) <= set(FILES.values())


# Names


@pytest.mark.parametrize(
    "name",
    ["../x.yaml", "items/../../x.yaml", "/etc/passwd", "items\\x.yaml", "C:x.yaml", "c:/x.yaml", "./x.yaml",
     "items//x.yaml", "items/x.yaml ", "items/ x.yaml", "items/x.", "a/" * 120 + "x.yaml", "items/a:b.yaml",
     "items/\u202egpj.yaml", "items/a\nb.yaml"],
)  # fmt: skip
@pytest.mark.counts("archive shapes refused or read safely")
def test_a_path_that_leads_out_or_hides_is_refused(name: str) -> None:
    assert len(refusals(crafted(Member(b"ok.yaml"), Member(name.encode())))) == 1


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_name_with_a_nul_is_refused_and_not_cut_short() -> None:
    assert "ký tự ẩn" in told(crafted(Member(b"programme.yaml\0.exe")))


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_name_in_no_known_encoding_is_refused() -> None:
    assert "UTF-8" in told(crafted(Member(b"m\xa5dia.svg", flags=0)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.yaml", "A.yaml"), ("a.yaml", "a.yaml"), ("media/ễ.svg", "media/e\u0302\u0303.svg")],
)
@pytest.mark.counts("archive shapes refused or read safely")
def test_two_names_that_a_disk_would_take_for_one_are_refused(one: str, other: str) -> None:
    assert "cùng tên" in told(crafted(Member(one.encode()), Member(other.encode())))


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_name_that_is_both_file_and_folder_is_refused() -> None:
    assert "thư mục" in told(crafted(Member(b"items"), Member(b"items/a.yaml")))


@pytest.mark.counts("archive shapes refused or read safely")
def test_an_entry_with_two_names_is_refused() -> None:
    assert "hai nơi" in told(crafted(Member(b"items/a.yaml", local_name=b"items/b.yaml")))


# Kinds of entries


@pytest.mark.parametrize(
    "mode", [0o120777, 0o020644, 0o010644, 0o140644], ids=["link", "device", "pipe", "socket"]
)
@pytest.mark.counts("archive shapes refused or read safely")
def test_links_and_other_special_files_are_refused(mode: int) -> None:
    assert "liên kết" in told(crafted(Member(b"items/a.yaml", b"/etc/passwd", mode=mode)))


@pytest.mark.parametrize("flag", [0x1, 0x41, 0x2000])
@pytest.mark.counts("archive shapes refused or read safely")
def test_locked_entries_are_refused(flag: int) -> None:
    assert "mật khẩu" in told(crafted(Member(b"items/a.yaml", flags=0x800 | flag)))


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
@pytest.mark.counts("archive shapes refused or read safely")
def test_other_ways_to_compress_are_refused(method: int) -> None:
    assert "Kiểu nén" in told(zipped({"items/a.yaml": b"x" * 5000}, method))


@pytest.mark.counts("archive shapes refused or read safely", n=2)
def test_a_pack_in_a_pack_is_refused() -> None:
    inner = write_pack(FILES)
    assert "gói khác" in told(zipped({"items/bomb.zip": b"x"}))
    assert "gói khác" in told(zipped({"items/bomb.yaml": inner}))


# Bombs


def memory_of_refusing(content: bytes) -> tuple[int, str]:
    """Bytes taken at most while it is refused, and what is said."""
    tracemalloc.start()
    try:
        said = told(content)
        return tracemalloc.get_traced_memory()[1], said
    finally:
        tracemalloc.stop()


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_gigabyte_of_nothing_is_refused_before_it_is_there() -> None:
    engine_made = deflate(bytes(64 * 1024 * 1024))
    bomb = crafted(Member(b"items/a.yaml", packed=engine_made, said_size=1 << 30, said_crc=0))
    taken, said = memory_of_refusing(bomb)
    assert "256 KB" in said
    assert taken < 2_000_000


@pytest.mark.parametrize("said_size", [0, 1, 1000])
@pytest.mark.counts("archive shapes refused or read safely")
def test_an_entry_that_says_it_is_small_is_not_let_grow(said_size: int) -> None:
    bomb = crafted(
        Member(b"items/a.yaml", packed=deflate(bytes(64 * 1024 * 1024)), said_size=said_size, said_crc=0)
    )  # fmt: skip
    taken, said = memory_of_refusing(bomb)
    assert "khai sai kích thước" in said
    assert taken < 2_000_000


@pytest.mark.counts("archive shapes refused or read safely")
def test_an_entry_that_says_it_is_larger_than_it_is_is_refused() -> None:
    assert "khai sai" in told(crafted(Member(b"items/a.yaml", b"abc", said_size=4)))


@pytest.mark.counts("archive shapes refused or read safely")
def test_bytes_behind_the_stream_are_refused() -> None:
    hidden = Member(b"items/a.yaml", b"abc", packed=deflate(b"abc") + b"hidden")
    assert "khai sai" in told(crafted(hidden))


@pytest.mark.counts("archive shapes refused or read safely")
def test_text_that_grows_two_hundred_times_is_refused() -> None:
    assert "nở ra" in told(zipped({"items/a.yaml": b" " * (MAX_BYTES - 1)}))


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_file_over_the_bound_is_refused() -> None:
    body = random.Random(2).randbytes(MAX_BYTES + 1)
    assert "256 KB" in told(zipped({"items/a.yaml": body}))


@pytest.mark.parametrize(
    "bomb", [overlapping(300, 200_000), quoted(200, 20_000)], ids=["full", "quoted"]
)
@pytest.mark.counts("archive shapes refused or read safely")
def test_entries_that_share_their_bytes_are_refused(bomb: bytes) -> None:
    """Fifield's two constructions; the quoted one unpacks without a complaint elsewhere."""
    taken, said = memory_of_refusing(bomb)
    assert "chồng lên nhau" in said
    assert taken < 5_000_000


def test_the_quoted_bomb_is_a_real_one() -> None:
    with zipfile.ZipFile(io.BytesIO(quoted(20, 1000))) as archive:
        assert sum(info.file_size for info in archive.infolist()) > 20_000
        assert len(archive.read("items/020.yaml")) == 1000


@pytest.mark.counts("archive shapes refused or read safely")
def test_an_entry_that_reaches_into_the_list_of_entries_is_refused() -> None:
    assert "dài hơn gói" in told(crafted(Member(b"items/a.yaml", said_packed=4000, said_size=100)))


@pytest.mark.counts("archive shapes refused or read safely")
def test_too_many_entries_are_refused() -> None:
    many = [Member(f"items/{n}.yaml".encode()) for n in range(1001)]
    assert "quá nhiều tệp" in told(crafted(*many))


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_list_of_entries_without_end_is_refused_before_it_is_read() -> None:
    empty = overlapping(60_000, 10)
    taken, said = memory_of_refusing(empty)
    assert "Danh sách tệp" in said
    assert taken < 2_000_000


@pytest.mark.counts("archive shapes refused or read safely")
def test_a_pack_over_the_bound_is_refused() -> None:
    assert "20 MB" in told(bytes(MAX_TOTAL + 1))


@pytest.mark.counts("archive shapes refused or read safely")
def test_files_that_together_pass_the_bound_are_refused() -> None:
    """Each file is allowed, and each takes little room in the pack."""
    text = "".join(f"{n * n} " for n in range(40_000)).encode()[: MAX_BYTES - 1]
    packed = deflate(text)
    members = [Member(f"items/{n}.yaml".encode(), text, packed=packed) for n in range(90)]
    assert "cộng lại" in told(crafted(*members))


@pytest.mark.counts("archive shapes refused or read safely")
def test_the_long_list_of_a_zip64_is_refused() -> None:
    pack = write_pack(FILES)
    locator = b"PK\x06\x07" + bytes(16)
    assert "Danh sách tệp" in told(pack[:-22] + locator + pack[-22:])
