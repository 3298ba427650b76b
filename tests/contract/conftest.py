"""The furnished cast, built once per worker for every test of this folder."""

from collections.abc import Iterator

import pytest

from tests.contract.furnished import furnished

__all__ = ["furnished"]


@pytest.fixture(autouse=True)
def _every_query_stays_in_its_commune(request: pytest.FixtureRequest) -> Iterator[None]:
    """Whatever a test of this folder asks of the service: no statement looks over communes unnamed."""
    yield
    if "furnished" in request.fixturenames:
        assert request.getfixturevalue("furnished").watch.told() == []
