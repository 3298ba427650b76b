"""Our QR modules against segno's, module by module, and against a reader."""

import pytest
import segno
import zxingcpp
from PIL import Image

from certificates.paper import modules
from certificates.paper.modules import _BLOCKS, MASK, TooMuch, rows

pytestmark = pytest.mark.pure

CAPACITIES = {version: sum(blocks) - 2 for version, (_n, blocks) in _BLOCKS.items()}


def address(length: int) -> str:
    """An address of this many letters, different at every place."""
    text = "https://lop.example/gcn/TBT." + "".join(
        modules.__name__[n % 26] + str(n) for n in range(180)
    )
    return text[:length]


def drawn(found: list[str]) -> Image.Image:
    """The code as an image, four dots a module, with its quiet zone."""
    side = len(found) + 8
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(found):
        for x, module in enumerate(row):
            image.putpixel((x + 4, y + 4), 0 if module == "1" else 255)
    return image.resize((side * 4, side * 4), Image.Resampling.NEAREST)


@pytest.mark.parametrize("version", CAPACITIES)
def test_a_full_code_is_segnos_module_by_module(version: int) -> None:
    """Only full ones: segno pads the others with one word more than the standard asks for."""
    text = address(CAPACITIES[version])
    other = segno.make_qr(
        text, error="m", version=version, mode="byte", mask=MASK, boost_error=False
    )
    assert rows(text) == ["".join(str(int(module)) for module in row) for row in other.matrix]


@pytest.mark.parametrize("length", range(30, 181, 7))
def test_every_length_is_read(length: int) -> None:
    (found,) = zxingcpp.read_barcodes(drawn(rows(address(length))))
    assert found.text == address(length)


def test_a_host_with_vietnamese_letters_is_read() -> None:
    text = "https://lớp.tân-bình.example/gcn/TBT.ABCDEFGHJKLMNPQRSTUVWXYZ23"
    (found,) = zxingcpp.read_barcodes(drawn(rows(text)))
    assert found.text == text


def test_an_address_that_no_code_holds_is_refused() -> None:
    with pytest.raises(TooMuch):
        rows("https://" + "x" * 180)
