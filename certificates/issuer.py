"""With what a service issues: the address printed in codes, and the keys that sign and seal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lms.core.keys import Keys


@dataclass(frozen=True)
class Issuer:
    """What every certificate of one issue has in common besides its commune.

    `base` is the public address of the service without a slash at its end; it is printed in the QR code.
    """

    base: str
    keys: Keys
    folder: Path | None = None
    """Where the communes' seals lie; None seals nothing."""
