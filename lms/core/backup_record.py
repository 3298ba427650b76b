"""What is known of the backups of this place: a small file beside the data, for doctor and metrics.

It stands outside the database on purpose: a restored database must not claim the backups of another
day, and whoever looks whether backups are made asks also when the database does not answer.
"""

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from lms.core.settings import Settings

FILE = "backups.json"


@dataclass(frozen=True)
class Record:
    """The last whole backup and the last drill; instants are ISO texts, empty when there was none."""

    made_at: str = ""
    file: str = ""
    size: int = 0
    """Bytes of the backup's file."""
    second_at: str = ""
    """When a copy in a second folder was last read back and found equal."""
    drill_at: str = ""
    drill_well: bool = False
    drill_said: str = ""
    """What the last drill found wrong; empty when it proved everything."""


def path_of(settings: Settings) -> Path:
    """Where the file lies."""
    return settings.data_dir / FILE


def read(settings: Settings) -> Record:
    """The record; an empty one where nothing was made yet or the file cannot be read."""
    try:
        return Record(**json.loads(path_of(settings).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Record()


def note(settings: Settings, **known: object) -> None:
    """Keep these values beside those that are there; written under another name, then renamed."""
    path, row = path_of(settings), replace(read(settings), **known)  # type: ignore[arg-type]  # Names of Record's own fields.
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{FILE}.part")
    part.write_text(json.dumps(asdict(row), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(path)


def instant(text: str) -> datetime | None:
    """One of the record's instants."""
    return datetime.fromisoformat(text) if text else None
