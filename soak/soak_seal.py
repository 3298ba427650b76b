"""Every kind of change to a sealed certificate, and how long sealing takes; counts are printed.

`python soak/soak_seal.py [changes]` flips that many bits under the signature, and as many within it, on a file
sealed with P-256 and one with RSA-2048; cuts the file short; puts one file's seal after another; adds to it
after the seal. A reader (pyHanko's validator, poppler for one in fifty) must refuse every one of them, but
for the few digits of a signature's wrapping that no signature covers: there the signer and what is signed
must be the same. (Our own check of the file's hash refuses those too. Poppler, told to trust every issuer,
is not asked there.) It then seals five hundred certificates as one press does.
"""

import logging
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

from pyhanko.pdf_utils.reader import PdfFileReader
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.bench_certificates import someone
from certificates.paper.assembler import draw
from certificates.sealing import Seal
from certificates.sealing_key import read
from lms.core import clock
from tests.certificates.seals import (
    PASSPHRASE,
    Key,
    Wish,
    accepted,
    added,
    elliptic,
    p12,
    rsa_key,
    signed_places,
)
from tests.certificates.work import TODAY

SEED = 20261122
ONE_IN = 50
PRESS = 500
CHANGED, WITHIN, CUT = "bit under the seal", "bit within the seal", "cut short"


def changes(file: bytes, dice: Random, count: int) -> Iterator[tuple[str, bytes]]:
    """(kind of change, the changed file)."""
    before, after = signed_places(file)
    signed = [*before, *after]
    hexadecimal = range(before.stop + 1, after.start - 1)
    used = hexadecimal[: len(file[before.stop + 1 : after.start - 1].rstrip(b"0")) - 2]
    for _n in range(count):
        yield CHANGED, flipped(file, dice.choice(signed), 1 << dice.randrange(8))
    for _n in range(count):
        yield WITHIN, another_digit(file, dice.choice(used), dice)
    for _n in range(count // 10):
        yield CUT, file[: dice.randrange(len(file) - 6)]


def flipped(file: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(file)
    changed[place] ^= bit
    return bytes(changed)


def another_digit(file: bytes, place: int, dice: Random) -> bytes:
    """The signature with one of its hexadecimal digits changed into another."""
    others = [digit for digit in b"0123456789ABCDEF" if digit != file[place]]
    return flipped(file, place, file[place] ^ dice.choice(others))


def fate(file: bytes, changed: bytes) -> str:
    """What a reader does with a changed file."""
    if not accepted(changed, TODAY):
        return "refused"
    return "says the same" if statement(changed) == statement(file) else "TAKEN"


def statement(file: bytes) -> tuple[bytes, ...]:
    """Who signs what: the signer's certificate, the signed attributes and the bytes under them."""
    (signature,) = PdfFileReader(BytesIO(file)).embedded_signatures
    covered = b"".join(file[part.start : part.stop] for part in signed_places(file))
    attributes = signature.signer_info["signed_attrs"].dump()
    return signature.signer_cert.dump(), attributes, covered


def poppler_accepts(file: bytes, folder: Path) -> bool:
    """Whether pdfsig says that everything is signed and the signature is valid."""
    path = folder / "doi.pdf"
    path.write_bytes(file)
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, check=False)  # noqa: S603, S607
    return b"Signature is Valid" in done.stdout and b"Total document signed" in done.stdout


def campaign(name: str, key: Key, count: int, folder: Path) -> int:
    """Change one sealed file in every way; returns how many changes a reader took."""
    dice, seal = Random(SEED), Seal.of(read(p12(Wish(key)), PASSPHRASE))
    plain, other = (draw(someone(n)).file for n in (1, 2))
    file = plain + seal.increment(plain)
    if not (accepted(file, TODAY) and poppler_accepts(file, folder)):
        sys.exit("Tệp chưa sửa mà trình đọc không nhận.")
    told: Counter[tuple[str, str]] = Counter()
    swapped = other + file[len(plain) :]
    wrong = [("another's seal", swapped), ("added after", added(file)), *changes(file, dice, count)]
    for n, (kind, changed) in enumerate(tqdm(wrong, desc=name, leave=False, disable=None)):
        said = fate(file, changed)
        told[kind, said] += 1
        if n % ONE_IN == 0 and kind != WITHIN:
            taken = poppler_accepts(changed, folder)
            told[f"{kind} (poppler)", "TAKEN" if taken else "refused"] += 1
    for (kind, said), many in sorted(told.items()):
        print(f"{name:8} {kind:32} {said:14} {many}")
    return sum(many for (_kind, said), many in told.items() if said == "TAKEN")


def press(name: str, key: Key) -> None:
    """Seal as many as a big issue prints, and say what one takes."""
    files = [draw(someone(n)).file for n in range(PRESS)]
    start, began = time.process_time(), time.perf_counter()
    seal = Seal.of(read(p12(Wish(key)), PASSPHRASE))
    opened = time.process_time() - start
    sizes = [len(seal.increment(file, "xã Tân Bình Thượng, Tỉnh Mẫu")) for file in files]
    each = (time.process_time() - start - opened) / PRESS
    print(f"{name:8} opened in {opened * 1000:.0f} ms, {each * 1000:.2f} ms of one core each, "
          f"{PRESS} in {time.perf_counter() - began:.1f} s, {max(sizes)} bytes each")  # fmt: skip


def main() -> None:
    """Both kinds of key."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    logging.disable(logging.ERROR)
    keys = (("P-256", elliptic()), ("RSA-2048", rsa_key()))
    with clock.frozen(TODAY), tempfile.TemporaryDirectory(prefix="lms-") as folder:
        taken = sum(campaign(name, key, count, Path(folder)) for name, key in keys)
        for name, key in keys:
            press(name, key)
    if taken:
        sys.exit(f"{taken} sửa đổi không bị phát hiện.")


if __name__ == "__main__":
    main()
