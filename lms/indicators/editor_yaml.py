"""Plan files written: plain data to YAML that `lms.indicators.plan_text` reads back as the same data."""

from decimal import Decimal
from typing import Any

import yaml

WIDTH = 100


class _Writer(yaml.SafeDumper):
    """Block style, the fields in the order given, decimals as they are, nothing said by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _decimal(writer: _Writer, value: Decimal) -> yaml.Node:
    text = format(value, "f")
    return writer.represent_scalar("tag:yaml.org,2002:float" if "." in text else TAG_INT, text)


TAG_INT = "tag:yaml.org,2002:int"
_Writer.add_representer(Decimal, _decimal)


def written(data: dict[str, Any]) -> str:
    """The text of a plan file with these fields. Comments are no data: they are not in it."""
    return yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=WIDTH)
