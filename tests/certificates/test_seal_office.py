"""What other programs make of a sealed file: poppler checks the seal, qpdf finds no fault."""

import shutil
import subprocess
from pathlib import Path

import pytest

from certificates.paper.assembler import draw
from certificates.sealing import Seal
from certificates.sealing_key import read
from lms.core import clock
from tests.certificates.seals import PASSPHRASE, Wish, p12, rsa_key, signed_places
from tests.certificates.sheets import hardest
from tests.certificates.work import TODAY

pytestmark = pytest.mark.office


def sealed(plain: bytes, wish: Wish) -> bytes:
    """The file and its seal."""
    with clock.frozen(TODAY):
        return plain + Seal.of(read(p12(wish), PASSPHRASE)).increment(plain, "xã Tân Bình Thượng")


def told(*command: object) -> str:
    """What a program prints; it must not complain."""
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def drawn(path: Path) -> bytes:
    """The page in few dots, as poppler draws it."""
    command = ["pdftoppm", "-r", "30", "-singlefile", str(path)]
    return subprocess.run(command, capture_output=True, check=True).stdout


def test_poppler_and_qpdf_read_the_seal_and_the_page_is_the_same(tmp_path: Path) -> None:
    plain, file = tmp_path / "giay.pdf", tmp_path / "dong-dau.pdf"
    plain.write_bytes(draw(hardest()).file)
    for wish in (Wish(), Wish(rsa_key())):
        seal = Seal.of(read(p12(wish), PASSPHRASE))
        file.write_bytes(
            plain.read_bytes() + seal.increment(plain.read_bytes(), "xã Tân Bình Thượng")
        )
        said = told("pdfsig", "-nocert", file)
        assert "Signature Validation: Signature is Valid." in said
        assert "Total document signed" in said
        assert "Signature Type: ETSI.CAdES.detached" in said
        assert "Signer Certificate Common Name: UBND xã Tân Bình Thượng" in said
        if qpdf := shutil.which("qpdf"):
            assert "No syntax or stream encoding errors found" in told(qpdf, "--check", file)
    assert told("pdftotext", file, "-") == told("pdftotext", plain, "-")
    assert drawn(file) == drawn(plain)


def test_poppler_sees_a_changed_byte(tmp_path: Path) -> None:
    whole = bytearray(sealed(draw(hardest()).file, Wish()))
    before, after = signed_places(bytes(whole))
    file = tmp_path / "doi.pdf"
    for place in (before[len(before) // 2], after[40]):
        whole[place] ^= 1
        file.write_bytes(whole)
        done = subprocess.run(
            ["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False
        )
        assert "Signature is Valid" not in done.stdout
        whole[place] ^= 1
