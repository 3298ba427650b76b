"""The authors' guide says everything that the format holds, and its examples are true."""

import re
from pathlib import Path

import pytest
import yaml

from courses import rules, schemas
from courses.activities import KINDS

pytestmark = pytest.mark.pure

GUIDE = (Path(__file__).parents[2] / "docs" / "authoring.md").read_text("utf-8")
SHAPES = [
    shape
    for shape in vars(schemas).values()
    if isinstance(shape, type) and issubclass(shape, schemas.Shape) and shape is not schemas.Shape
]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_field_is_in_the_guide(shape: type[schemas.Shape]) -> None:
    missing = [name for name in shape().fields if not re.search(rf"\b{name}\b", GUIDE)]
    assert missing == []


def test_every_word_that_a_field_accepts_is_in_the_guide() -> None:
    words = {*rules.GROUPS, *rules.LEVELS, *rules.FORM_KINDS, *rules.TASK_VERDICTS, *KINDS}
    words |= set(rules.ACCOMMODATIONS)
    assert [word for word in sorted(words) if word not in GUIDE] == []


def test_the_examples_are_yaml_and_the_items_are_items() -> None:
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", GUIDE, re.S)]
    (items,) = [example for example in examples if "items" in example]
    shared = {name: str(items[name]).lower() for name in items if name != "items"}
    for item in items["items"]:
        told = shared | item | {"difficulty": str(item["difficulty"])}
        assert schemas.ItemIn().load(told)["id"] == item["id"]
