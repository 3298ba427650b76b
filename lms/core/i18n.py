"""Words for people: gettext calls with Vietnamese source strings, so that languages can be added.

Vietnamese is the source language, so it needs no catalogue; another language adds one under
`lms/core/translations/`.
"""

from typing import Any

from flask import Flask, has_request_context
from flask_babel import Babel, gettext, ngettext
from flask_babel.speaklater import LazyString

SOURCE_LANGUAGE = "vi"


def _(text: str, **values: Any) -> str:
    """Translate now; outside a request (commands, jobs) the Vietnamese source stands."""
    if has_request_context():
        return str(gettext(text, **values))
    return text % values if values else text


def lazy(text: str) -> LazyString:
    """Translate when it is shown: for labels made at import time."""
    return LazyString(_, text)


def init_app(app: Flask) -> None:
    """Give the templates `_` and `ngettext`."""
    app.config["BABEL_DEFAULT_LOCALE"] = SOURCE_LANGUAGE
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "lms/core/translations"
    Babel(app, locale_selector=lambda: SOURCE_LANGUAGE)
    app.jinja_env.globals.update(_=_, ngettext=ngettext)
