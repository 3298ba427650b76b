"""The player's sentences: each that a module asks for is there, and none is there for nobody."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from flask import Flask

from lms.offline.words import words

pytestmark = pytest.mark.pure
MODULES = Path(str(files("lms.offline"))) / "static" / "offline" / "js"
_NAMES = re.compile(r"'((?:ask|base|entry|kinds|learn|store|trainer)\.[a-z0-9_-]+)'")
_VIETNAMESE = re.compile("[à-ỹÀ-ỸđĐ]")
_COMMENT = re.compile(r"^\s*//.*$", re.MULTILINE)


def sources() -> dict[str, str]:
    """Module → its source without whole-line comments."""
    return {
        path.relative_to(MODULES).as_posix(): _COMMENT.sub("", path.read_text(encoding="utf-8"))
        for path in sorted(MODULES.rglob("*.js"))
    }


def test_every_sentence_that_is_asked_for_is_there_and_none_is_there_for_nobody() -> None:
    with Flask("empty").app_context():
        held = set(words())
    asked = {name for source in sources().values() for name in _NAMES.findall(source)}
    assert asked - held == set()
    assert held - asked == set()


def test_no_module_holds_words_of_its_own() -> None:
    speaking = [name for name, source in sources().items() if _VIETNAMESE.search(source)]
    assert speaking == []


def test_modules_are_short_and_say_what_they_are_for() -> None:
    paths = sorted(MODULES.rglob("*.js"))
    texts = {
        path.relative_to(MODULES).as_posix(): path.read_text(encoding="utf-8") for path in paths
    }
    assert [name for name, text in texts.items() if text.count("\n") > 135] == []
    assert [name for name, text in texts.items() if not text.startswith("// ")] == []
