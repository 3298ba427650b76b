"""What a file gives, as text that is kept beside it and was checked by eye."""

from pathlib import Path

from courses.exchange import Imported, to_yaml

FILES = Path(__file__).parent / "files"
COMMON = {
    "skill": "chung",
    "level": "basic",
    "difficulty": 2,
    "source": "lớp học",
    "reviewed_on": "2026-11-21",
}


def told(imported: Imported) -> str:
    """Items as YAML, then every loss on a line of its own."""
    losses = [
        f"{'KHÔNG NHẬP' if loss.whole else 'nhập thiếu'} | {loss.where} | {loss.message}"
        for loss in imported.losses
    ]
    return "\n".join([to_yaml(imported.items, COMMON).decode(), *losses, ""])


def expected(name: str) -> str:
    """The kept text for a file."""
    return (FILES / f"{name}.thanh.txt").read_text(encoding="utf-8")
