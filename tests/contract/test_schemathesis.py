"""Requests made up from the OpenAPI description itself: whatever is asked, nobody meets a 5xx."""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lms.app import create_app
from lms.core.db import Database
from lms.core.keys import Keys
from lms.core.settings import Settings
from tests.cast import Cast
from tests.contract.furnish import PLAN, furnish
from tests.factories.content import small_version

ANYONE = "anyone"
MACHINE = "counts:read records:read"
WHO = ("an", "oanh", "trang", "lan", "k1_may", MACHINE, ANYONE)
"""Administrator, officer, trainer, learner, device, machine, and somebody without a credential."""
EXAMPLES = 9
"""For each of the 21 operations: less than 200 together."""


@pytest.fixture(scope="module")
def described(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, keys: Keys
) -> Iterator[tuple[Flask, Cast]]:
    """The app as in service (an error is answered, not thrown), with the furnished cast."""
    folder = tmp_path_factory.mktemp("described")
    shutil.copy(sqlite_template, folder / "lms.db")
    found = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'lms.db'}")
    database = Database(found)
    app = create_app(found, database=database, keys=keys)
    yield app, furnish(database, keys)
    database.close()


@pytest.fixture
def api(described: tuple[Flask, Cast]) -> Any:
    """The description that the app serves."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", described[0])


ORIGIN = {"Origin": "http://localhost"}


def credential(cast: Cast, who: str) -> dict[str, Any]:
    """What a caller of the cast sends along."""
    if who in cast.staff_tokens:
        return {"cookies": {"lms_staff": cast.staff_tokens[who]}, "headers": ORIGIN}
    if who in cast.learner_tokens:
        return {"cookies": {"lms_learner": cast.learner_tokens[who]}, "headers": ORIGIN}
    if who in cast.device_credentials:
        return {"headers": {"Authorization": f"Bearer {cast.device_credentials[who]}"}}
    if who in cast.machine_tokens:
        return {"headers": {"Authorization": f"Bearer {cast.machine_tokens[who]}"}}
    return {}


def ways(operation: Any) -> list[st.SearchStrategy[schemathesis.Case]]:
    """Requests as described, and requests that the description forbids."""
    return [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]


def real(cast: Cast) -> dict[str, str]:
    """Ids that are there, so that not every question ends with 'not found'."""
    ids = {"cohort_id": "k1", "enrolment_id": "hv_lan", "attempt_id": "bai_lan", "person_id": "lan",
           "certificate_id": "gcn_lan", "version_id": "version"}  # fmt: skip
    words = {"code": PLAN, "no": "1", "task": small_version().observed_tasks[0].id}
    return {name: str(cast[key]) for name, key in ids.items()} | words


@pytest.mark.db
def test_nobody_meets_a_server_error(
    described: tuple[Flask, Cast], api: Any, record_property: Callable[[str, object], None]
) -> None:
    _app, cast = described
    faults: dict[str, str] = {}
    answered: Counter[int] = Counter()
    for found in api.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=st.one_of(*ways(operation)), who=st.sampled_from(WHO), known=st.booleans())
        def ask(case: schemathesis.Case, who: str, known: bool) -> None:
            if known:
                case.path_parameters = {
                    name: real(cast).get(name, value)
                    for name, value in (case.path_parameters or {}).items()
                }
            answer = case.call(**credential(cast, who))
            answered[answer.status_code] += 1
            if answer.status_code >= 500:
                faults[case.operation.label] = f"{who}: {case.as_curl_command()} → {answer.text}"

        ask()
    assert faults == {}
    operations = len(list(api.get_all_operations()))
    assert 5 * operations < answered.total() <= EXAMPLES * operations
    record_property("count: schemathesis calls, 5xx 0", answered.total())
    # Were everybody refused at the door, this would prove nothing.
    assert answered[200] + answered[201] + answered[404] + answered[422] > answered.total() / 4


def references(part: object) -> Iterator[str]:
    """Every $ref below this part."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for inner in part:
            yield from references(inner)


def resolved(spec: dict[str, Any], reference: str) -> Any:
    """What a local reference points to; KeyError when it points to nothing."""
    found: Any = spec
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(path, method, operation) of the whole description; path parameters are merged in."""
    for path, ways in spec["paths"].items():
        shared = ways.get("parameters", [])
        for method in set(ways) & {"get", "put", "post", "delete", "patch"}:
            own = ways[method]
            yield path, method, own | {"parameters": [*shared, *own.get("parameters", [])]}


@pytest.fixture(scope="module")
def spec(described: tuple[Flask, Cast]) -> dict[str, Any]:
    """The description as it is served."""
    return dict(described[0].test_client().get("/api/v1/openapi.json").json or {})


@pytest.mark.db
def test_the_description_says_what_openapi_3_1_asks_for(spec: dict[str, Any]) -> None:
    assert spec["openapi"].startswith("3.1.")
    assert {"title", "version"} <= set(spec["info"])
    seen = set()
    for path, method, said in operations(spec):
        label = f"{method.upper()} {path}"
        names = {one["name"] for one in said["parameters"] if one["in"] == "path"}
        assert names == set(re.findall(r"{(\w+)}", path)), label
        assert all(one["required"] for one in said["parameters"] if one["in"] == "path"), label
        assert said["responses"], label
        assert said["summary"], label
        seen.add(said.get("operationId", label))
    assert len(seen) == len(list(operations(spec)))


@pytest.mark.db
def test_every_schema_of_the_description_is_a_json_schema(spec: dict[str, Any]) -> None:
    for reference in references(spec):
        assert resolved(spec, reference) is not None
    for name, schema in spec["components"]["schemas"].items():
        assert jsonschema_rs.meta.is_valid(schema), name
    for path, method, said in operations(spec):
        for one in said["parameters"]:
            assert jsonschema_rs.meta.is_valid(one["schema"]), (path, method, one["name"])
