"""What is written to the log when something unforeseen happens."""

from collections.abc import Iterator

import pytest
import structlog

from lms.core.ids import spoken_code
from lms.core.logs import configure

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("as_json", [True, False])
def test_an_unforeseen_error_is_written_without_the_values_it_met(
    as_json: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(as_json=as_json)
    token = spoken_code(26)
    try:
        int(token.isdigit()) / 0
    except ZeroDivisionError:
        structlog.get_logger("lms.test").exception("unexpected", request="r1")
    told = capsys.readouterr().out
    assert "test_logs.py" in told
    assert "r1" in told
    assert token not in told
