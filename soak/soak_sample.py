"""The sample commune of one day, made twice: every figure of every plan has to be the same.

`python soak/soak_sample.py` prints how many figures were compared; it ends with an error when one differs.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from lms.indicators.plan_file import shipped_plans
from tests.cli.place import Place
from tests.whole.conftest import DAY, make_sample


def without_ids(data: Any) -> Any:
    """The report without the ids of units and declared figures, which every store makes anew."""
    if isinstance(data, dict):
        ids = ("unit", "declared_keys")
        return {name: without_ids(value) for name, value in data.items() if name not in ids}
    return [without_ids(value) for value in data] if isinstance(data, list) else data


def leaves(data: Any) -> Iterator[Any]:
    """Every single value of a report."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for part in data:
            yield from leaves(part)
    else:
        yield data


def main() -> None:
    """Make both, export every plan of both, compare."""
    with tempfile.TemporaryDirectory() as folder:
        places = [Place(Path(folder) / name) for name in ("mot", "hai")]
        for place in places:
            make_sample(place.data)
        for plan in shipped_plans():
            order = ("report", plan, "--as-of", DAY.isoformat(), "--format", "json")
            one, other = (without_ids(json.loads(p.ok(*order))["report"]) for p in places)
            print(f"{plan:12} {sum(1 for _leaf in leaves(one)):6} values compared")
            if one != other:
                sys.exit(f"{plan}: hai lần tạo xã mẫu ra số liệu khác nhau.")


if __name__ == "__main__":
    main()
