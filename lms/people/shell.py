"""What every staff page shows around its content: commune, user, navigation, sign-out, theme."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from lms.core import web
from lms.core.feature import NavItem
from lms.core.guard import ANONYMOUS, Actor, actor
from lms.core.i18n import _
from lms.people.account_models import STAFF_ROLES
from lms.people.models import Commune

THEMES = ("light", "contrast")


def init_app(app: Flask) -> None:
    """Give the templates their surroundings."""
    app.context_processor(surroundings)


def surroundings() -> dict[str, Any]:
    """commune, user, nav, account_url, sign_out_url, theme_url and theme for the shells."""
    try:
        who = actor()
        commune = _commune(who)
    except OperationalError:
        # The page that says so must be drawn while the database is away.
        g.actor, who, commune = ANONYMOUS, ANONYMOUS, None
    role = who.role.value
    theme = request.cookies.get("theme", "light")
    return {
        "commune": {"name": commune.title, "is_sample": commune.is_sample} if commune else None,
        "user": {"name": who.name, "role_label": STAFF_ROLES[role], "role_key": role}
        if role in STAFF_ROLES
        else None,
        "nav": _nav(),
        "account_url": url_for("people.own_account_page"),
        "sign_out_url": url_for("people.sign_out"),
        "theme_url": url_for("core.theme"),
        "theme": theme if theme in THEMES else "light",
    }


def _commune(who: Actor) -> Commune | None:
    """The actor's commune; to somebody unknown only a sample commune shows itself, marked as such."""
    if who.commune_id is not None:
        return web.session().get(Commune, who.commune_id)
    return web.session().scalar(select(Commune).where(Commune.is_sample).limit(1))


def _nav() -> list[tuple[str, str, bool, str]]:
    role = actor().role
    return [
        (_(item.label), url_for(item.endpoint), _is_here(item), item.icon)
        for item in current_app.extensions["lms.nav"]
        if role in item.roles and web.is_open(item.endpoint)
    ]


def _is_here(item: NavItem) -> bool:
    paths = (url_for(item.endpoint), *item.also)
    return any(request.path == path or request.path.startswith(path + "/") for path in paths)
