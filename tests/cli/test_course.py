"""`lms course …`, as an author and an officer run it on real folders and packs."""

from pathlib import Path

import pytest
from sqlalchemy import select

from courses.loader import load_folder, shipped_programmes
from courses.packs import read_pack, write_pack
from courses.queries import newest
from courses.rules import ProgrammeVersion
from lms.people.models import Commune
from tests.cli.place import Place
from tests.courses.sample import files
from tests.courses.zip_craft import overlapping
from tests.factories.activities import every_kind_files

db, pure = pytest.mark.db, pytest.mark.pure
SHIPPED = [one.version for one in shipped_programmes()]


def folder_of(path: Path, content: dict[str, bytes]) -> Path:
    """A real folder with these files."""
    for name, body in content.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(body)
    return path


@pytest.fixture
def own(laptop: Place, tmp_path: Path) -> Path:
    """A copy of the residents' programme under a code of its own."""
    laptop.ok(
        "course", "copy", "ai-mot-cong-cu", "ai-cua-xa", tmp_path / "rieng", "--title", "Của xã"
    )
    return tmp_path / "rieng"


# check


@pure
def test_the_shipped_programmes_are_checked_by_their_codes_without_a_database(
    laptop: Place,
) -> None:
    said = laptop.ok("course", "check", "nguoi-dan", "can-bo", "--strict")
    assert said.count("0 lỗi, 0 lời khuyên") == 2
    assert "bấm bừa cũng đạt, mức Cơ bản: 0,10%" in said
    lessons = [x for one in SHIPPED if one.code in ("nguoi-dan", "can-bo") for x in one.lessons]
    assert said.count("độ khó đọc") == len(lessons)
    assert not laptop.data.exists()


@pure
def test_problems_are_named_by_file_and_line_and_make_the_command_fail(
    laptop: Place, tmp_path: Path
) -> None:
    content = files()
    content["items/cau-hoi.yaml"] = content["items/cau-hoi.yaml"].replace(
        b"right: T", b"wrong: T", 1
    )
    said = laptop.run("course", "check", folder_of(tmp_path / "thu", content))
    assert said.exit_code == 1
    assert "lỗi  items/cau-hoi.yaml:7: Thiếu đáp án đúng" in said.stdout


@pure
def test_advice_makes_the_command_fail_only_when_asked(laptop: Place, own: Path) -> None:
    lesson = min(p for p in own.rglob("modules/*/*.md") if ".huong-dan" not in p.name)
    text = lesson.read_text("utf-8")
    lesson.write_text(text.replace("\n\n", "\n\n" + "rất dài " * 40 + "\n\n", 1), "utf-8")
    said = laptop.ok("course", "check", own)
    assert f"nên  {lesson.relative_to(own).as_posix()}:" in said
    laptop.refused("course", "check", own, "--strict")


@pure
def test_a_test_that_guessing_passes_is_a_problem_and_its_chance_is_told(
    laptop: Place, tmp_path: Path
) -> None:
    path = folder_of(tmp_path / "thu", files())
    said = laptop.refused("course", "check", path)
    assert "programme.yaml:16: Đề thi dễ đoán quá" in said
    assert "15,76%" in said
    assert "15,76%" in laptop.ok("course", "chance", path)


@pure
def test_one_bad_pack_does_not_keep_the_others_from_being_checked(
    laptop: Place, tmp_path: Path
) -> None:
    (tmp_path / "bom.zip").write_bytes(overlapping(300, 200_000))
    (tmp_path / "chu.zip").write_bytes("chỉ là chữ".encode())
    said = laptop.run("course", "check", tmp_path / "bom.zip", tmp_path / "chu.zip", "can-bo")
    assert said.exit_code == 1
    assert "chồng lên nhau" in said.stdout
    assert "gói zip: Đây không phải gói zip" in said.stdout
    assert "can-bo: 0 lỗi" in said.stdout


@pure
def test_what_is_nowhere_is_refused_with_what_there_is(laptop: Place) -> None:
    codes = ", ".join(one.code for one in SHIPPED)
    assert f"Có sẵn: {codes}" in laptop.refused("course", "check", "khong-co")


# pack, unpack, copy


def shipped(code: str) -> ProgrammeVersion:
    return next(one.version for one in shipped_programmes() if one.version.code == code)


@pure
def test_a_programme_goes_through_folder_pack_and_folder_unchanged(
    laptop: Place, tmp_path: Path
) -> None:
    laptop.ok("course", "unpack", "can-bo", tmp_path / "mot")
    laptop.ok("course", "pack", tmp_path / "mot", tmp_path / "can-bo.zip")
    laptop.ok("course", "unpack", tmp_path / "can-bo.zip", tmp_path / "hai")
    assert load_folder(tmp_path / "hai").version == shipped("can-bo")
    assert {path.name for path in tmp_path.iterdir()} == {"mot", "hai", "can-bo.zip"}


@pure
def test_a_pack_is_not_written_over_unless_asked(laptop: Place, own: Path, tmp_path: Path) -> None:
    pack = tmp_path / "a.zip"
    laptop.ok("course", "pack", own, pack)
    first = pack.read_bytes()
    assert "--replace" in laptop.refused("course", "pack", own, pack)
    laptop.ok("course", "pack", own, pack, "--replace")
    assert pack.read_bytes() == first


@pure
def test_a_folder_with_problems_is_not_packed(laptop: Place, tmp_path: Path) -> None:
    path = folder_of(tmp_path / "thu", files() | {"modules/mot/cu.md": b"x"})
    assert "modules/mot/cu.md" in laptop.refused("course", "pack", path, tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


@pure
def test_a_folder_that_holds_something_is_left_alone(laptop: Place, tmp_path: Path) -> None:
    (tmp_path / "day").mkdir()
    (tmp_path / "day" / "ghi-chu.txt").write_text("của tôi")
    assert "thư mục mới" in laptop.refused("course", "unpack", "can-bo", tmp_path / "day")
    assert [path.name for path in (tmp_path / "day").iterdir()] == ["ghi-chu.txt"]


@pure
def test_a_broken_pack_leaves_no_folder_behind(laptop: Place, tmp_path: Path) -> None:
    broken = files() | {"programme.yaml": b"format: 1\n"}
    (tmp_path / "a.zip").write_bytes(write_pack(broken))
    assert "programme.yaml:1" in laptop.refused(
        "course", "unpack", tmp_path / "a.zip", tmp_path / "x"
    )
    assert not (tmp_path / "x").exists()


@pure
def test_a_copy_has_the_new_code_and_title_and_the_old_content(own: Path) -> None:
    copied, old = load_folder(own).version, shipped("ai-mot-cong-cu")
    assert (copied.code, copied.programme.title) == ("ai-cua-xa", "Của xã")
    assert (copied.items, copied.modules) == (old.items, old.modules)


@pure
@pytest.mark.parametrize("code", ["Mã mới", "a b", "-a", ""])
def test_a_copy_needs_a_code_of_plain_letters(laptop: Place, tmp_path: Path, code: str) -> None:
    laptop.refused("course", "copy", "ai-mot-cong-cu", "--", code, tmp_path / "x")
    assert not (tmp_path / "x").exists()


# publish


def taught(place: Place) -> dict[str, str]:
    """Code → title of what the commune may teach."""
    with place.looking() as session:
        commune_id = session.scalars(select(Commune.id)).one()
        return {row.code: row.title for row in newest(session, commune_id)}


@db
def test_a_commune_publishes_its_copy_once_and_can_unpack_it_again(
    commune: Place, tmp_path: Path
) -> None:
    path = tmp_path / "rieng"
    commune.ok("course", "copy", "ai-mot-cong-cu", "ai-cua-xa", path, "--title", "Của xã")
    assert "Đã xuất bản ai-cua-xa" in commune.ok("course", "publish", path, "--commune", "TBT")
    before = commune.counts()
    assert "Không có gì thay đổi" in commune.ok("course", "publish", path)
    assert commune.counts() == before
    assert taught(commune)["ai-cua-xa"] == "Của xã"
    commune.ok("course", "unpack", "ai-cua-xa", tmp_path / "lai")
    assert load_folder(tmp_path / "lai").version == load_folder(path).version


@db
def test_what_is_shipped_broken_or_easy_to_guess_is_not_published(
    commune: Place, tmp_path: Path
) -> None:
    commune.ok("course", "unpack", "ai-mot-cong-cu", tmp_path / "co-san")
    before = commune.counts()
    assert "mã riêng" in commune.refused("course", "publish", tmp_path / "co-san")
    easy = folder_of(tmp_path / "de", files())
    assert "dễ đoán" in commune.refused("course", "publish", easy)
    (tmp_path / "bom.zip").write_bytes(overlapping(300, 200_000))
    assert "chồng lên" in commune.refused("course", "publish", tmp_path / "bom.zip")
    assert commune.counts() == before


@db
def test_a_pack_of_every_kind_of_question_is_published_as_it_is(
    commune: Place, tmp_path: Path
) -> None:
    pack = tmp_path / "moi-kieu.zip"
    pack.write_bytes(write_pack(every_kind_files()))
    assert read_pack(pack.read_bytes()) == every_kind_files()
    assert "Đã xuất bản moi-kieu" in commune.ok("course", "publish", pack)
    assert "Còn " in commune.ok("course", "publish", pack)
