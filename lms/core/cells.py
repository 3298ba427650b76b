"""Texts in cells of spreadsheets, which take some of them for formulas; rows as a csv file."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

BOM = "\ufeff"

FORMULA_STARTS = "=+-@"


def neutral(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula.

    A text whose first visible letter is = + - @ (also full-width, also after blanks), or that
    begins with a tab or a line break, gets an apostrophe before it; spreadsheets take such a text
    as it stands. Full-width forms are found by NFKC.
    """
    if text[:1] in ("\t", "\r", "\n"):
        return f"'{text}"
    bare = unicodedata.normalize("NFKC", text).lstrip()
    hidden = bare.lstrip("\u200b\u200c\u200d\ufeff\u2060\u00ad")
    return f"'{text}" if hidden[:1] and hidden[0] in FORMULA_STARTS else text


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows with commas and a UTF-8 byte-order mark (RFC 4180), as other systems expect them."""
    target = io.StringIO(newline="")
    csv.writer(target, lineterminator="\r\n").writerows(rows)
    return (BOM + target.getvalue()).encode()
