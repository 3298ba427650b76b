"""Reading the form of a design: what was typed, the logo that comes with it, and what is wrong."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from certificates import design_words
from certificates.designs import Kept
from certificates.paper.design import Design
from certificates.paper.logo import BadLogo
from lms.cohorts.diary import clean_lines
from lms.cohorts.timetable_forms import Form
from lms.core.keys import Keys
from lms.core.text import clean

SAVED = "saved"
"""What the form carries when its logo is the one of the version it was opened with."""
_PURPOSE = "design-logo"


@dataclass
class DesignForm(Form):
    """The typed words and the logo, which a browser would not send a second time."""

    logo: bytes = b""
    carried: str = ""
    """The logo as the form carries it on: SAVED, signed by us in base 64, or nothing."""

    @property
    def opened(self) -> int:
        """The version the form was opened with; -1 fits none."""
        typed = self.text("opened")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else -1

    @property
    def design(self) -> Design:
        """What the form asks for."""
        return Design(**{name: self.text(name) for name in design_words.NAMES}, logo=self.logo)


def filled(kept: Kept) -> DesignForm:
    """The form as it opens with a version."""
    values = dict(kept.design.to_plain()) | {"opened": str(kept.version)}
    return DesignForm(values, logo=kept.design.logo, carried=SAVED if kept.design.logo else "")


def read(keys: Keys, values: Mapping[str, str], file: bytes, base: Design) -> DesignForm:
    """What was sent: `file` is a logo just chosen, `base` the version the form was opened with."""
    rows = {line.name: line.rows for line in design_words.lines("")}
    typed = {name: _words(values.get(name, ""), rows[name]) for name in design_words.NAMES}
    form = DesignForm(typed | {"opened": values.get("opened", "")})
    for name in design_words.NAMES:
        if len(typed[name]) > design_words.LONGEST:
            form.errors[name] = design_words.too_long()
        elif typed[name].count("\n") >= rows[name]:
            form.errors[name] = design_words.too_many_lines(rows[name])
    if not values.get("no_logo"):
        _carry(keys, form, values.get("carried", ""), base)
        _take(keys, form, file)
    return form


def _words(typed: str, rows: int) -> str:
    if rows == 1:
        return clean(typed)
    return "\n".join(line for line in clean_lines(typed).split("\n") if line)


def _carry(keys: Keys, form: DesignForm, carried: str, base: Design) -> None:
    """The logo that the form had already: only what we cleaned and signed passes."""
    mark, _point, data = carried.partition(".")
    if carried == SAVED and base.logo:
        form.logo, form.carried = base.logo, SAVED
    elif data and keys.matches(_PURPOSE, data, mark):
        form.logo, form.carried = b64decode(data), carried


def _take(keys: Keys, form: DesignForm, file: bytes) -> None:
    """A logo just chosen takes the place of the one before; a bad one leaves that."""
    if not file:
        return
    try:
        # Pillow is a large library that only an uploaded mark needs.
        from certificates.paper.logo_cleaning import clean_logo

        form.logo = clean_logo(file)
    except BadLogo as error:
        form.errors["logo"] = design_words.bad_logo(error)
    else:
        form.carried = _signed(keys, form.logo)


def _signed(keys: Keys, logo: bytes) -> str:
    data = b64encode(logo).decode("ascii")
    return f"{keys.digest(_PURPOSE, data)}.{data}"


def put_onto(keys: Keys, form: DesignForm, kept: Kept) -> None:
    """Let the form stand on a version that was saved meanwhile, with its own logo."""
    form.values["opened"] = str(kept.version)
    if form.logo and form.logo != kept.design.logo:
        form.carried = _signed(keys, form.logo)
