"""Every command helps in Vietnamese, and every refusal of an argument is Vietnamese too."""

import click
import pytest

from lms.cli import lms
from lms.cli.words import WORDS
from tests.cli.place import Place

pytestmark = pytest.mark.pure


def paths(command: click.Command, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The words of every group and command."""
    inner = command.commands if isinstance(command, click.Group) else {}
    deeper = [path for name, one in sorted(inner.items()) for path in paths(one, (*before, name))]
    return [before, *deeper]


ALL = paths(lms)
LETTERS = frozenset("ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ")


@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_every_help_is_vietnamese_and_works(laptop: Place, words: tuple[str, ...]) -> None:
    lines = [line.strip() for line in laptop.ok(*words, "--help").splitlines() if line.strip()]
    assert lines[0].startswith("Cách dùng: ")
    assert LETTERS & set(lines[1].lower()), lines[1]
    assert "Show this message" not in "".join(lines)


@pytest.mark.parametrize("words", [path for path in ALL if path], ids=" ".join)
def test_every_option_of_a_command_is_explained(words: tuple[str, ...]) -> None:
    command: click.Command = lms
    for name in words:
        command = command.commands[name]
    options = [param for param in command.params if isinstance(param, click.Option)]
    told = {option.opts[0]: set((option.help or "").lower()) for option in options}
    assert [name for name, letters in told.items() if not letters & LETTERS] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nhap",), "Không có lệnh 'nhap'"),
        (("restore",), "Thiếu tham số 'PATH'"),
        (("restore", "khong-co.zip"), "không thấy 'khong-co.zip'"),
        (("restore", "."), "là thư mục, cần một tệp"),
        (("report", "viet-tri", "--format", "doc"), "không nằm trong"),
        (("init", "--kind"), "cần một giá trị"),
        (("backup", "--day"), "Không có tùy chọn '--day'"),
        (("db", "upgrade", "thua"), "Thừa tham số (thua)"),
        (("serve", "--quiet=1"), "không kèm giá trị"),
    ],
)
def test_a_wrong_word_is_answered_in_vietnamese(
    laptop: Place, words: tuple[str, ...], said: str
) -> None:
    result = laptop.run(*words)
    assert result.exit_code == 2
    assert said in result.output


def test_every_sentence_keeps_its_blanks() -> None:
    """A translation may leave a name out, but never asks for one that click does not give."""
    import string

    def blanks(text: str) -> set[str]:
        return {name.partition("!")[0] for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [one for one, other in WORDS.items() if not blanks(other) <= blanks(one)] == []
