"""Questions as a file of items/, for an author to go on with."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

from courses.exchange.losses import refused
from courses.reading import MAX_BYTES
from courses.schemas import ITEM_COMMON_FIELDS
from lms.core.i18n import _

MOST_ITEMS = 200
_EMPTY = re.compile(r"^( *(?:- )?(explanation|reviewed_on|source): )''$", re.MULTILINE)
_MISSING = {
    "explanation": _("Cần bổ sung lời giải thích."),
    "reviewed_on": _("Cần ghi ngày có người rà soát từng câu, ví dụ 2026-11-21."),
    "source": _("Cần ghi nguồn của các câu này."),
}


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, which the reader refuses, and indents lists as authors do."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Nothing is ever written as a reference to something else."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """A list under a field stands two blanks further in."""
        return super().increase_indent(flow, False)


def to_yaml(items: Sequence[Mapping[str, Any]], common: Mapping[str, Any]) -> bytes:
    """An items file: `common` fields (skill, level, source, …) once, then the items.

    What is missing stays empty, and the loader points at its line until somebody has written it: an
    explanation, or a common field that is given as "". ContentError when the file would hold more than
    200 items or 256 KB.
    """
    body = _text(items, common).encode()
    if len(items) > MOST_ITEMS or len(body) > MAX_BYTES:
        message = _(
            "Có %(count)s câu, nhiều hơn một tệp được chứa (200 câu, 256 KB). Hãy chia thành nhiều tệp.",
            count=len(items),
        )
        raise refused("items.yaml", 0, message)
    return body


def yaml_files(
    items: Sequence[Mapping[str, Any]], common: Mapping[str, Any], stem: str
) -> dict[str, bytes]:
    """The same in as many files as are needed: "items/<stem>.yaml", "items/<stem>-2.yaml", …"""
    parts: list[Sequence[Mapping[str, Any]]] = [items]
    while any(_is_too_much(part, common) for part in parts):
        parts = [half for part in parts for half in _halves(part)]
    names = [f"items/{stem}.yaml", *(f"items/{stem}-{n}.yaml" for n in range(2, len(parts) + 1))]
    return {name: to_yaml(part, common) for name, part in zip(names, parts, strict=True)}


def _is_too_much(items: Sequence[Mapping[str, Any]], common: Mapping[str, Any]) -> bool:
    return len(items) > 1 and (
        len(items) > MOST_ITEMS or len(_text(items, common).encode()) > MAX_BYTES
    )


def _halves(items: Sequence[Mapping[str, Any]]) -> list[Sequence[Mapping[str, Any]]]:
    if len(items) < 2:
        return [items]
    middle = (len(items) + 1) // 2
    return [items[:middle], items[middle:]]


def _text(items: Sequence[Mapping[str, Any]], common: Mapping[str, Any]) -> str:
    told = {name: common[name] for name in ITEM_COMMON_FIELDS if common.get(name) is not None}
    head = {name: _scalar(value) for name, value in told.items() if value is not False}
    text = yaml.dump(
        head | {"items": [dict(item) for item in items]},
        Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100,
    )  # fmt: skip
    return _EMPTY.sub(lambda found: f'{found[1]}""  # {_MISSING[found[2]]}', text)


def _scalar(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
