"""YAML as an author likes to read it: short lines, Vietnamese letters as they are, no aliases.

`courses.reading` reads every value as text; a text that other programs would take for a number, a
flag or a day is quoted all the same, so that the file means one thing everywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

import yaml

WIDTH = 92
SHORT = 70
"""A text as short as this stands between double quotation marks; a longer one is wrapped."""
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_ODD = {"Cc", "Cf", "Co", "Cn", "Zl", "Zp"}


class Inline(dict[str, Any]):
    """A mapping written on one line: {skill: an-toan, count: 3}."""


class InlineList(list[Any]):
    """A list written on one line: [an-toan, thanh-toan]."""


class Figure(str):
    """A text of digits that is written without quotation marks."""


class _Writer(yaml.SafeDumper):
    """Lists stand indented under their name; odd characters are written as escapes."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists like everything else."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:
        """The same value twice is written twice."""
        return True

    def choose_scalar_style(self) -> str:
        """Double quotation marks, which need no doubling, where the text is short."""
        style = str(super().choose_scalar_style())
        short = len(getattr(self.event, "value", "")) <= SHORT
        return '"' if style == "'" and short else style

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        """One line with every odd character escaped.

        A mark that would melt into the letter of the escape before it is escaped as well.
        """
        written, escaped = [], False
        for letter in text:
            escaped = _is_odd(letter) or (escaped and bool(unicodedata.combining(letter)))
            written.append(_escaped(letter) if escaped else letter)
        self.write_indicator(f'"{"".join(written)}"', True)


def write_yaml(data: Mapping[str, Any]) -> str:
    """One YAML document that ends in a line end; fields keep their order."""
    return yaml.dump(
        data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=False
    )  # fmt: skip


def _is_odd(letter: str) -> bool:
    return letter in _ESCAPES or unicodedata.category(letter) in _ODD


def _escaped(letter: str) -> str:
    return _ESCAPES.get(letter) or f"\\U{ord(letter):08x}"


def _text(writer: _Writer, text: str) -> yaml.ScalarNode:
    odd = any(_is_odd(letter) for letter in text if letter not in '\n"\\')
    style = '"' if odd else "|" if "\n" in text else None
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _inline(writer: _Writer, data: Inline) -> yaml.MappingNode:
    return writer.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)


def _inline_list(writer: _Writer, data: InlineList) -> yaml.SequenceNode:
    return writer.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=True)


def _figure(writer: _Writer, text: Figure) -> yaml.ScalarNode:
    resolver: Any = writer  # PyYAML's stubs leave `resolve` without types.
    tag: str = resolver.resolve(yaml.ScalarNode, str(text), (True, False))
    return writer.represent_scalar(tag, text)


_Writer.add_representer(str, _text)
_Writer.add_representer(Inline, _inline)
_Writer.add_representer(InlineList, _inline_list)
_Writer.add_representer(Figure, _figure)
