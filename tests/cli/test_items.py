"""Questions in and out at the command line."""

from pathlib import Path

import pytest

from courses.exchange import read
from courses.loader import load_files
from tests.cli.place import Place
from tests.factories.activities import every_kind_files

FILES = Path(__file__).parent.parent / "courses" / "exchange" / "files"
COMMON = ("--skill", "chung", "--level", "basic", "--reviewed-on", "2026-11-21")


@pytest.fixture
def gift(tmp_path: Path) -> Path:
    """A file of which everything comes along."""
    path = tmp_path / "cau.gift"
    path.write_text("::Một::Mã OTP là gì?{=a ~b ~c ####vì}", encoding="utf-8")
    return path


@pytest.mark.pure
def test_an_items_file_is_printed_and_loads(laptop: Place, gift: Path) -> None:
    text = laptop.ok("items", "import", gift, *COMMON, "--bank", "certifying")
    item = load_files(every_kind_files() | {"items/moi.yaml": text.encode()}).version.item("mot")
    assert (item.certifying, item.source, item.difficulty) == (True, "nhập từ tệp cau.gift", 2)


@pytest.mark.pure
def test_losses_are_a_table_beside_the_file_and_the_exit_code_tells(
    laptop: Place, tmp_path: Path
) -> None:
    out, media = tmp_path / "moi.yaml", tmp_path / "media"
    result = laptop.run(
        "items", "import", FILES / "du-goc.xml", *COMMON, "--out", out, "--media", media
    )
    assert result.exit_code == 3
    assert result.stdout == ""
    assert "KHÔNG  câu 6, dòng 69   Câu đúng hay sai không nhập" in result.stderr
    assert "Nhập được 5 câu, không nhập 11 câu." in result.stderr
    assert out.read_text(encoding="utf-8").startswith("skill: chung\n")
    assert (media / "khoa.svg").read_bytes().startswith(b"<svg")


@pytest.mark.pure
def test_a_drawing_without_a_folder_is_told(laptop: Place) -> None:
    result = laptop.run("items", "import", FILES / "du-goc.xml", *COMMON)
    assert "hình khoa.svg" in result.stderr
    assert "thêm --media" in result.stderr


@pytest.mark.pure
def test_a_review_date_is_not_made_up(laptop: Place, gift: Path) -> None:
    assert 'reviewed_on: ""  # Cần ghi ngày' in laptop.ok("items", "import", gift, *COMMON[:4])


@pytest.mark.pure
def test_a_broken_file_is_refused_and_nothing_is_written(laptop: Place, tmp_path: Path) -> None:
    bad, out = tmp_path / "a.xml", tmp_path / "moi.yaml"
    bad.write_text("<quiz>\n<question>\n</quiz>", encoding="utf-8")
    assert "a.xml:3: XML viết sai" in laptop.refused("items", "import", bad, *COMMON, "--out", out)
    assert not out.exists()


@pytest.mark.pure
def test_many_questions_are_written_to_several_files(laptop: Place, tmp_path: Path) -> None:
    many, out = tmp_path / "a.gift", tmp_path / "moi.yaml"
    many.write_text(
        "\n\n".join(f"Câu {n}?{{=a ~b ~c ####vì}}" for n in range(201)), encoding="utf-8"
    )
    assert "201 câu" in laptop.refused("items", "import", many, *COMMON)
    laptop.ok("items", "import", many, *COMMON, "--out", out)
    assert (tmp_path / "moi-2.yaml").exists()


@pytest.mark.db
def test_a_programme_goes_to_moodle_and_to_gift(commune: Place, tmp_path: Path) -> None:
    from courses.loader import shipped_programmes

    version = shipped_programmes()[0].version
    practice = [item for item in version.items if item.bank == "practice"]
    for form in ("moodle", "gift"):
        out = tmp_path / f"ra-{form}.{'xml' if form == 'moodle' else 'gift'}"
        result = commune.run(
            "items", "export", version.code, out, "--format", form, "--bank", "practice"
        )
        lost = result.stderr.count("KHÔNG  ")
        assert result.exit_code == (3 if lost else 0)
        assert len(read(out.name, out.read_bytes()).items) == len(practice) - lost > 0
    assert "Các mã đang có" in commune.refused(
        "items", "export", "khong-co", tmp_path / "x", "--format", "gift"
    )
