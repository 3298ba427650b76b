"""One piece of advice, and where it is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Advice:
    """`place` names a lesson, item, skill or form: "lesson:qr/3", "item:dt-01", "form:entry/basic"."""

    place: str
    message: str

    @property
    def key(self) -> tuple[str, str]:
        """The name of the place in courses.checks.Places."""
        what, _mark, name = self.place.partition(":")
        if what == "lesson" and "/" in name:
            what = "screen"
        return ("blueprint" if what == "form" else what), name
