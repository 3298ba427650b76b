"""The outer shape of GIFT: blocks between empty lines, comments, escapes.

Source: the page "GIFT format" of the Moodle documentation (docs.moodle.org, versions 3.5 to 4.x).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_SPECIAL = {
    ":": "\x01",
    "#": "\x02",
    "=": "\x03",
    "{": "\x04",
    "}": "\x05",
    "~": "\x06",
    "n": "\x07",
}
_SHOWN = {placeholder: char for char, placeholder in _SPECIAL.items()} | {"\x07": "\n"}
_ESCAPED = re.compile(r"\\(.)")
_CONTROLS = {code: " " for code in (*range(0x20), 0x7F) if code not in (0x09, 0x0A)}
_NOTE = re.compile(r"\[(id|tag):((?:\\\]|[^\]])+)\]")
_TO_ESCAPE = re.compile(r"[\\#=~{}:\n]")


@dataclass(slots=True)
class Block:
    """What stands between two empty lines: its first line that is no comment, text, ids and tags."""

    line: int
    text: str = ""
    ids: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a file that hold more than comments, their escapes hidden (see `shown`)."""
    held: list[tuple[int, str]] = []
    for number, line in enumerate([*text.translate(_CONTROLS).split("\n"), ""], 1):
        if line.strip():
            held.append((number, line.strip()))
        elif held:
            yield from _block(held)
            held = []


def _block(lines: list[tuple[int, str]]) -> Iterator[Block]:
    said = [(number, line) for number, line in lines if not line.startswith("//")]
    if not said:
        return
    block = Block(said[0][0], hidden("\n".join(line for _number, line in said)))
    for _number, line in lines:
        if line.startswith("//"):
            for kind, value in _NOTE.findall(line):
                (block.ids if kind == "id" else block.tags).append(
                    value.replace("\\]", "]").strip()
                )
    yield block


def hidden(text: str) -> str:
    """The text with each escaped character as a placeholder, so that it no longer parts anything."""
    return _ESCAPED.sub(lambda found: _placeholder(found[0], found[1]), text)


def _placeholder(whole: str, char: str) -> str:
    return "\\" if char == "\\" else _SPECIAL.get(char, whole)


def shown(text: str) -> str:
    """The text with its placeholders as the characters they stand for."""
    return "".join(_SHOWN.get(char, char) for char in text)


def escaped(text: str) -> str:
    """The text so that GIFT takes every character for itself."""
    return _TO_ESCAPE.sub(lambda found: "\\n" if found[0] == "\n" else f"\\{found[0]}", text)
