"""What the certificates of one issue have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from certificates.paper.design import Design
from certificates.paper.page import Printed


@dataclass(frozen=True, slots=True)
class Setting:
    """The design with its issuer filled in, and where certificates are checked, as people type it."""

    design: Design
    place: str
    """'lop.example/gcn'."""


@lru_cache(maxsize=64)
def _setting(design: Design, issuer: str, base: str) -> Setting:
    filled = design if design.issuer else replace(design, issuer=issuer)
    return Setting(filled, base.removeprefix("https://"))


def setting(printed: Printed, design: Design) -> Setting:
    """The setting of a certificate: it is the same for all of one issue, so what it names is drawn once."""
    return _setting(design, printed.issuer, printed.address.rpartition("/")[0])
