"""The dark and light modules of a QR code (ISO/IEC 18004), level M, byte mode, versions 3 to 9.

A class has hundreds of codes that differ in 26 letters. For one version and mask the modules are a
linear function of the bits, so segno draws one code of the version, whose words are taken out again;
what is left is the frame, and the words of each address are put into it. That is ten times as fast as
drawing each code anew. A test holds every version equal to segno's, module by module.
"""

from __future__ import annotations

from functools import cache

MASK = 2
"""Always the same mask: readers take any of the eight, and choosing one costs four times all else."""
_BLOCKS = {
    3: (26, (44,)), 4: (18, (32, 32)), 5: (24, (43, 43)), 6: (16, (27,) * 4), 7: (18, (31,) * 4),
    8: (22, (38, 38, 39, 39)), 9: (22, (36, 36, 36, 37, 37)),
}  # fmt: skip
"""Version → (correction words of a block, data words of each block), table 9 of the standard."""
_ALIGNMENT = {3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42),
              9: (6, 26, 46)}  # fmt: skip


class TooMuch(ValueError):
    """The address is too long for the largest code that we print."""


def rows(address: str) -> list[str]:
    """The code's rows from the top, '1' for a dark module; TooMuch beyond 180 bytes."""
    data = address.encode()
    version = _version(len(data))
    side = 17 + 4 * version
    bits = f"{_frame(version) ^ _placed(version, _words(version, data)):0{side * side}b}"
    return [bits[n : n + side] for n in range(0, side * side, side)]


def _version(length: int) -> int:
    for version, (_correction, blocks) in _BLOCKS.items():
        if length + 2 <= sum(blocks):
            return version
    raise TooMuch(length)


def _words(version: int, data: bytes) -> bytes:
    """Data and correction words in the order in which they are placed."""
    correction, sizes = _BLOCKS[version]
    stream = ((4 << 8 | len(data)) << 8 * len(data) | int.from_bytes(data)) << 4
    whole = stream.to_bytes(len(data) + 2) + b"\xec\x11" * sum(sizes)
    blocks, at = [], 0
    for size in sizes:
        blocks.append(whole[at : at + size])
        at += size
    checks = [_correction(block, correction) for block in blocks]
    return _interleaved(blocks) + _interleaved(checks)


def _interleaved(blocks: list[bytes]) -> bytes:
    longest = max(len(block) for block in blocks)
    return bytes(block[n] for n in range(longest) for block in blocks if n < len(block))


def _correction(block: bytes, count: int) -> bytes:
    """The remainder of the block by the generator of degree `count` over GF(256)."""
    table, top, keep = _multiples(count), 8 * (count - 1), (1 << 8 * count) - 1
    rest = 0
    for word in block:
        rest = (rest << 8) & keep ^ table[(rest >> top) ^ word]
    return rest.to_bytes(count)


def _times(a: int, b: int) -> int:
    """Product in GF(256) with the polynomial 0x11D."""
    found = 0
    while b:
        found ^= a if b & 1 else 0
        a = a << 1 ^ (0x11D if a & 0x80 else 0)
        b >>= 1
    return found


@cache
def _multiples(count: int) -> tuple[int, ...]:
    """Every word's multiple of the generator of degree `count`, without its leading term."""
    generator, root = [1], 1
    for _n in range(count):
        shifted = [*generator, 0]
        for place, factor in enumerate(generator):
            shifted[place + 1] ^= _times(factor, root)
        generator, root = shifted, _times(root, 2)
    return tuple(
        int.from_bytes(bytes(_times(word, factor) for factor in generator[1:]))
        for word in range(256)
    )


def _placed(version: int, words: bytes) -> int:
    found = 0
    for (high, low), word in zip(_places(version), words, strict=True):
        found ^= high[word >> 4] ^ low[word & 15]
    return found


Half = tuple[int, ...]


@cache
def _places(version: int) -> tuple[tuple[Half, Half], ...]:
    """For each word the modules of its upper and lower four bits, for all sixteen values of each."""
    cells = _cells(version)
    count = sum(_BLOCKS[version][1]) + _BLOCKS[version][0] * len(_BLOCKS[version][1])
    halves = [_sixteen(cells[4 * n : 4 * n + 4]) for n in range(2 * count)]
    return tuple(zip(halves[::2], halves[1::2], strict=True))


def _sixteen(cells: list[int]) -> Half:
    return tuple(
        sum(1 << cell for n, cell in enumerate(cells) if value >> (3 - n) & 1)
        for value in range(16)
    )


def _cells(version: int) -> list[int]:
    """The modules in the order of the bits: two columns at a time, up and down, from the right."""
    side = 17 + 4 * version
    last, found, upward = side * side - 1, [], True
    for right in (*range(side - 1, 6, -2), 5, 3, 1):
        for row in range(side - 1, -1, -1) if upward else range(side):
            for column in (right, right - 1):
                if not _is_fixed(version, row, column):
                    found.append(last - (row * side + column))
        upward = not upward
    return found


def _is_fixed(version: int, row: int, column: int) -> bool:
    """Whether the module belongs to a pattern: corners, timing, alignment, version."""
    side = 17 + 4 * version
    corner = (row < 9 and (column < 9 or column >= side - 8)) or (row >= side - 8 and column < 9)
    timing = 6 in (row, column)
    told = version >= 7 and ((row < 6 and column >= side - 11) or (column < 6 and row >= side - 11))
    return corner or timing or told or _is_alignment(version, side, row, column)


def _is_alignment(version: int, side: int, row: int, column: int) -> bool:
    edge = side - 7
    return any(
        abs(row - y) <= 2 and abs(column - x) <= 2
        for y in _ALIGNMENT[version]
        for x in _ALIGNMENT[version]
        if (y, x) not in ((6, 6), (6, edge), (edge, 6))
    )


@cache
def _frame(version: int) -> int:
    """What is the same in every code of the version: patterns and mask, as segno draws them."""
    import segno

    data = b"lms" * 100
    data = data[: sum(_BLOCKS[version][1]) - 2]
    drawn = segno.make_qr(
        data, error="m", version=version, mode="byte", mask=MASK, boost_error=False
    )
    bits = "".join(str(int(module)) for row in drawn.matrix for module in row)
    return int(bits, 2) ^ _placed(version, _words(version, data))
