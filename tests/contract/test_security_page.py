"""docs/security.md names tests and files that exist, and every part of the design has its proofs."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure
ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PROOF = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
PARTS = (
    "Access",
    "Input and output",
    "Personal data",
    "Certificates",
    "Audit",
    "Faults",
    "Known limits",
)


def test_every_proof_is_a_test_that_is_there() -> None:
    proofs = PROOF.findall(PAGE)
    assert len(proofs) > 80
    missing = [
        (path, name)
        for path, name in proofs
        if not (ROOT / path).exists()
        or (name and f"def {name}(" not in (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert missing == []


def test_every_file_and_name_of_the_code_is_there() -> None:
    paths = re.findall(r"`((?:lms|certificates|courses|assessments|soak)/[\w/]+\.py)`", PAGE)
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []
    named = re.findall(r"`((?:lms|certificates|courses)/[\w/]+\.py)`: `(\w+)`", PAGE)
    assert len(named) > 4
    assert [(p, n) for p, n in named if n not in (ROOT / p).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("part", PARTS)
def test_every_part_of_the_design_stands_on_the_page(part: str) -> None:
    assert f"\n## {part}\n" in PAGE


def test_every_threat_has_a_place_and_a_proof() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and " --- " not in line]
    threats = [row for row in rows if not row.startswith("| threat")]
    assert len(threats) > 40
    assert [row for row in threats if not PROOF.search(row)] == []
