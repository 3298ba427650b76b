"""The whole sample commune of one fixed day, made once for all workers and copied for each test."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lms.cli.database import make_ready
from lms.core import clock
from lms.core.command import Context
from lms.core.keys import make_keys, save_keys
from lms.core.settings import Settings
from lms.sample.create import SampleMaker
from tests.cli.place import Place

DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
"""Noon of the day in Vietnam: every test of the sample lives at this instant."""
Reports = Callable[[str, str], Any]
LONGEST = 600
"""Seconds that another worker may take to make the sample."""


def make_sample(folder: Path) -> None:
    """The sample commune of DAY in this folder, by the same code as `lms sample create`."""
    with closing(Context(Settings(data_dir=folder))) as context, clock.frozen(NOON):
        make_ready(context)
        save_keys(context.settings.keys, make_keys())
        SampleMaker(context, DAY).make()


@pytest.fixture(scope="session")
def made_sample(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the sample; the first worker that asks makes it, the others wait."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    folder, ready = shared / "xa-mau", shared / "xa-mau.xong"
    try:
        os.close(os.open(shared / "xa-mau.khoa", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        _wait_for(ready)
        return folder
    make_sample(folder)
    ready.touch()
    return folder


@pytest.fixture(scope="session")
def reports(made_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """What `lms report` exports as JSON, by plan and last day."""
    place = Place(tmp_path_factory.mktemp("bao-cao") / "xa-mau")
    shutil.copytree(made_sample, place.data)

    @cache
    def report(plan: str, as_of: str) -> Any:
        with clock.frozen(NOON):
            return json.loads(place.ok("report", plan, "--as-of", as_of, "--format", "json"))

    return report


def _wait_for(ready: Path) -> None:
    ends = time.monotonic() + LONGEST
    while not ready.exists():
        assert time.monotonic() < ends, "The worker that makes the sample did not finish."
        time.sleep(0.2)


@pytest.fixture
def sample(made_sample: Path, tmp_path: Path) -> Iterator[Place]:
    """A copy of the sample for one test, at noon of its day."""
    place = Place(tmp_path / "xa-mau")
    shutil.copytree(made_sample, place.data)
    with clock.frozen(NOON):
        yield place
