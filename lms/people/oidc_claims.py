"""What a provider tells of a person, cleaned: what is not plain text of a sensible length is left out."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lms.core.keys import Keys
from lms.core.text import clean
from lms.people.oidc_settings import Provider
from lms.people.oidc_words import Refused

LONGEST_NAME = 80
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_VIETNAMESE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f<>]")
"""No name, number or date holds these: whoever sends them tries something."""
_CITIZEN = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Told:
    """Who came back. Account = (issuer, subject); the rest only helps somebody to recognise a person."""

    issuer: str
    subject: str = field(repr=False)
    name: str = field(default="", repr=False)
    citizen_id: str = field(default="", repr=False)
    born: date | None = field(default=None, repr=False)

    def digest(self, keys: Keys) -> str:
        """The keyed digest under which the identity is kept; issuer and subject cannot run into each other."""
        return keys.digest("oidc-subject", json.dumps([self.issuer, self.subject]))

    def as_text(self) -> str:
        """Name, citizen id and birth as text, to be sealed."""
        return json.dumps([self.name, self.citizen_id, self.born.isoformat() if self.born else ""])


@dataclass(frozen=True)
class Shown:
    """What was told, read back."""

    name: str
    citizen_id: str
    born: date | None

    @property
    def masked_name(self) -> str:
        """'Nguyễn … An': the family and given name."""
        words = self.name.split()
        return f"{words[0]} … {words[-1]}" if len(words) > 2 else " ".join(words)

    @property
    def masked_id(self) -> str:
        """The last three digits."""
        return f"… {self.citizen_id[-3:]}" if self.citizen_id else ""


def shown(text: str) -> Shown:
    """What `as_text` wrote."""
    name, citizen_id, born = json.loads(text)
    return Shown(name, citizen_id, date.fromisoformat(born) if born else None)


def told(provider: Provider, claims: Mapping[str, Any]) -> Told:
    """The person of checked claims; Refused when one of them holds what no name, number or date does."""

    def said(what: str) -> str:
        value = claims.get(provider.claims.get(what, ""))
        if isinstance(value, str) and (_ODD.search(value) or len(value) > 200):
            raise Refused("claims")
        return value if isinstance(value, str) else ""

    citizen = said("citizen_id").strip()
    return Told(
        provider.issuer, str(claims["sub"]), _name(said("name")),
        citizen if _CITIZEN.fullmatch(citizen) and citizen.isascii() else "",
        _birth(said("birth_date").strip()),
    )  # fmt: skip


def _name(text: str) -> str:
    """A name of letters; one with control characters or brackets is no name."""
    name = clean(text)
    is_name = len(name) <= LONGEST_NAME and all(
        ch in " '’-." or unicodedata.category(ch)[0] in "LM" for ch in name
    )
    return name if is_name else ""


def _birth(text: str) -> date | None:
    found = _ISO.fullmatch(text)
    turned = _VIETNAMESE.fullmatch(text)
    parts = found.groups() if found else turned.groups()[::-1] if turned else None
    try:
        return date(*(int(part) for part in parts)) if parts else None
    except ValueError:
        return None
