"""Word files as the same bytes every time: parts in one order, one date, nothing that tells of the machine."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document

_FIRST_DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date a zip can hold; it says nothing."""
MADE = datetime(2026, 1, 1)  # noqa: DTZ001 - Word's properties hold naive instants.
"""When a template was made, as its properties say; documents say their own day."""


def saved(document: Document, made: datetime = MADE, **properties: str) -> bytes:
    """The document as a file; `properties` are those of Word's own page of properties."""
    core = document.core_properties
    core.author, core.last_modified_by = properties.pop("author", ""), ""
    core.created = core.modified = core.last_printed = made.replace(tzinfo=None)
    core.revision, core.language = 1, "vi-VN"
    for name in ("title", "subject", "keywords", "comments", "category"):
        setattr(core, name, properties.get(name, "")[:255])
    _without_picture(document)
    target = io.BytesIO()
    document.save(target)
    return ordered(target.getvalue())


def _without_picture(document: Document) -> None:
    """The small picture of the first page would be that of somebody else's document."""
    package = document.part.package
    for key in [key for key, rel in package.rels.items() if rel.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def ordered(content: bytes) -> bytes:
    """The same zip with its parts in order and without dates; the content types come first."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            entry = zipfile.ZipInfo(name, _FIRST_DATE)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(name))
    return target.getvalue()
