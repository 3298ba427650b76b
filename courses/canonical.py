"""Frozen dataclasses to canonical JSON and back, with nothing but the standard library.

Canonical means: keys sorted, no spaces, letters kept as letters, text in NFC, and fields that hold
their default left out.  The last rule lets the format grow: a field added later, with a default,
does not change the hash of content that never used it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class CanonicalError(ValueError):
    """The text is no canonical content of the expected shape."""


def dumps(plain: object) -> str:
    """JSON text of plain data; the same data always gives the same characters."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def to_plain(value: Any) -> Any:
    """Dataclasses become dicts, tuples lists, days ISO text; defaults are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_plain(getattr(value, field.name))
            for field in dataclasses.fields(value)
            if _is_told(field, getattr(value, field.name))
        }
    if isinstance(value, tuple):
        return [to_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def _is_told(field: dataclasses.Field[Any], value: object) -> bool:
    if not field.metadata.get("canonical", True):
        return False
    if field.default is not dataclasses.MISSING:
        return bool(value != field.default)
    if field.default_factory is not dataclasses.MISSING:
        return bool(value != field.default_factory())
    return True


def from_plain(kind: type[T], plain: object) -> T:
    """Build the dataclass `kind` from plain data.

    Raises CanonicalError for a missing or unknown field or a value of another type.
    """
    if not isinstance(plain, Mapping):
        raise CanonicalError(f"{kind.__name__}: an object is expected")
    shape: Any = kind
    wanted = _wanted_fields(shape)
    unknown = sorted(set(plain) - set(wanted))
    if unknown:
        raise CanonicalError(f"{kind.__name__}: unknown fields {', '.join(map(str, unknown))}")
    values = {name: _build(wanted[name], part) for name, part in plain.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise CanonicalError(f"{kind.__name__}: {error}") from error


@cache
def _wanted_fields(kind: type[Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    told = (f for f in dataclasses.fields(kind) if f.metadata.get("canonical", True))
    return {field.name: hints[field.name] for field in told}


def _build(kind: Any, plain: object) -> Any:
    if get_origin(kind) is tuple:
        return _build_tuple(get_args(kind)[0], plain)
    if get_origin(kind) in (Union, UnionType):
        inner = next(part for part in get_args(kind) if part is not NoneType)
        return None if plain is None else _build(inner, plain)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return from_plain(kind, plain)
    return _build_scalar(kind, plain)


def _build_tuple(kind: Any, plain: object) -> tuple[Any, ...]:
    if not isinstance(plain, list):
        raise CanonicalError("a list is expected")
    return tuple(_build(kind, part) for part in plain)


def _build_scalar(kind: Any, plain: object) -> Any:
    if kind is date and isinstance(plain, str):
        try:
            return date.fromisoformat(plain)
        except ValueError as error:
            raise CanonicalError(f"no day: {plain}") from error
    # A bool is an int to Python, and is not one here.
    if type(plain) is not kind:
        raise CanonicalError(f"{plain!r} is not {getattr(kind, '__name__', kind)}")
    return plain
