"""A commune and its laptop for the tests of what travels between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from lms.core.keys import Keys
from tests.offline.box_home import Boxes, copied, make_boxes


@pytest.fixture(scope="session")
def begun(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, keys: Keys, built_app: Flask
) -> Boxes:
    """Both sides on SQLite, made once; only copies are used. The app makes the packages listen."""
    assert built_app is not None
    boxes = make_boxes(tmp_path_factory.mktemp("may-lop"), sqlite_template, keys)
    boxes.close()
    return boxes


@pytest.fixture
def boxes(begun: Boxes, tmp_path: Path) -> Iterator[Boxes]:
    """Class K1 is at a box."""
    boxes = copied(begun, tmp_path / "hai-noi")
    yield boxes
    boxes.close()
