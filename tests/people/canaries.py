"""Looking for somebody in every cell of a database: texts, JSON, packed and sealed bytes."""

import io
import json
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select

from lms.core.db import Database
from lms.core.keys import Keys
from lms.tables import METADATA


def tables_with(database: Database, keys: Keys, words: tuple[str, ...]) -> dict[str, set[str]]:
    """Table → columns in which one of the words stands, whatever it is packed or sealed in."""
    found: dict[str, set[str]] = {}
    with database.read() as session:
        for table in METADATA.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for column, value in row.items():
                    if any(word in text for text in texts(value, row, keys) for word in words):
                        found.setdefault(table.name, set()).add(str(column))
    return found


def texts(value: Any, row: Any, keys: Keys) -> Iterator[str]:
    """Everything a cell says, in lower case: what is sealed is opened with each context we use."""
    if isinstance(value, dict | list):
        yield json.dumps(value, ensure_ascii=False).casefold()
    elif isinstance(value, str):
        yield value.casefold()
        yield from _opened(value, row, keys)
    elif isinstance(value, bytes):
        yield from _unpacked(value)
        yield from _opened(value.decode("latin-1"), row, keys)


def _unpacked(value: bytes) -> Iterator[str]:
    yield value.decode("utf-8", "replace").casefold()
    for wbits in (15, -15, 31):
        try:
            yield zlib.decompress(value, wbits).decode("utf-8", "replace").casefold()
        except zlib.error:
            continue
    if zipfile.is_zipfile(io.BytesIO(value)):
        with zipfile.ZipFile(io.BytesIO(value)) as file:
            for name in file.namelist():
                yield file.read(name).decode("utf-8", "replace").casefold()


def _opened(value: str, row: Any, keys: Keys) -> Iterator[str]:
    if not value.startswith(f"{keys.kid}:"):
        return
    raw = b64decode(value.partition(":")[2])
    for context in (
        f"{start}{row.get('id')}" for start in ("", "plan:", "undo:", "fact-list:", "fact-fates:")
    ):
        try:
            plain = AESGCM(keys.citizen_id).decrypt(raw[:12], raw[12:], context.encode())
        except Exception:  # noqa: S112 - Another context sealed it.
            continue
        yield plain.decode("utf-8", "replace").casefold()
        try:
            yield from _unpacked(b64decode(plain, validate=True))
        except ValueError:
            continue
