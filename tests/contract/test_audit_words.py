"""Whatever is written to the audit log can be read by an administrator in plain words."""

import re
from pathlib import Path

import pytest
from flask import Flask

from lms.people.audit_words import _WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
CALL = re.compile(r'audit\.record\(\s*[\w.()]+,\s*[\w.()]+,\s*"([\w.]+)",\s*"(\w+)"')


@pytest.mark.pure
def test_every_deed_has_its_words(built_app: Flask) -> None:
    assert built_app is not None
    sources = [
        p
        for f in ("lms", "courses", "assessments", "certificates")
        for p in (ROOT / f).rglob("*.py")
    ]
    written = {pair for path in sources for pair in CALL.findall(path.read_text(encoding="utf-8"))}
    assert len(written) > 20
    assert sorted(pair for pair in written if pair not in _WORDS) == []
