"""Other systems: the administrator's page of who may call, and the addresses that those systems call."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from lms.core import web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.ids import uuid7
from lms.core.policy import PUBLIC, SCOPES, Reach, allow
from lms.people import machine_queries, machines
from lms.people.machine_models import MachineClient
from lms.people.machine_words import SCOPE_WORDS, USE_WORDS
from lms.people.machines import NewMachine
from lms.people.proof import weighs

blueprint = Blueprint("machines", __name__)

FIRST_CALL = {
    "counts:read": "/api/v1/feed/counts",
    "events:write": "/api/v1/feed/attainments",
    "records:read": "/api/v1/feed/attainments",
}
"""What the example of a new system asks for."""


@blueprint.get("/he-thong-khac")
@allow(administrator=Reach.COMMUNE)
def page() -> str:
    """Every system that may call, what it did last, and the form for another one."""
    return _page()


def _page(**context: Any) -> str:
    shown: dict[str, Any] = {"refusal": None, "given": {}, "chosen": []} | context
    return render_template(
        "people/machines.html",
        machines=machine_queries.lines(web.session(), actor().commune),
        scopes=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES],
        scope_words=SCOPE_WORDS,
        use_words=USE_WORDS,
        new_key=uuid7,
        **shown,
    )


@blueprint.post("/he-thong-khac")
@allow(administrator=Reach.COMMUNE)
@weighs
def create() -> Response | str:
    """Let another system in and show its secret, this once."""
    form = request.form
    try:
        row, secret = machines.create(web.session(), actor(), web.keys(), _new())
    except Refusal as refusal:
        web.session().rollback()
        again = _page(refusal=refusal, given=form, chosen=form.getlist("scopes"))
        return make_response(again, refusal.status)
    return _secret_page(row, secret)


def _new() -> NewMachine:
    form = request.form
    key = web.uuid_field(form["key"], "key") if form.get("key") else None
    return NewMachine(
        form.get("name", ""), form.get("holder", ""), form.getlist("scopes"),
        with_names=form.get("with_names") == "1", key=key,
    )  # fmt: skip


def base_url() -> str:
    """The service's address as others reach it."""
    return web.settings().public_url.rstrip("/") or request.host_url.rstrip("/")


def _secret_page(row: MachineClient, secret: str) -> str:
    return render_template(
        "people/machine_secret.html", machine=row, secret=secret, base=base_url(),
        path=FIRST_CALL[row.scopes.split()[0]],
    )  # fmt: skip


@blueprint.post("/he-thong-khac/<uuid:machine_id>/ma-moi")
@allow(administrator=Reach.COMMUNE)
@weighs
def rotate(machine_id: UUID) -> str:
    """A second secret, shown this once; the one before ends in a week."""
    given = request.form.get("key", "")
    key = web.uuid_field(given, "key") if given else None
    return _secret_page(*machines.rotate(web.session(), actor(), web.keys(), machine_id, key))


@blueprint.post("/he-thong-khac/<uuid:machine_id>/ngung-ma-cu")
@allow(administrator=Reach.COMMUNE)
def end_old(machine_id: UUID) -> Response:
    """End the secret of before now."""
    machines.end_old(web.session(), actor(), machine_id)
    return make_response(redirect(url_for("machines.page"), 303))


@blueprint.post("/he-thong-khac/<uuid:machine_id>/ngung")
@allow(administrator=Reach.COMMUNE)
def disable(machine_id: UUID) -> Response:
    """Shut the system out at once."""
    machines.disable(web.session(), actor(), machine_id)
    return make_response(redirect(url_for("machines.page"), 303))


# --- what machines call -------------------------------------------------------------------------


@blueprint.post("/oauth/token")
@allow(PUBLIC)
def token() -> Response:
    """A short token for a client that proves itself (RFC 6749, client credentials)."""
    from lms.people.machine_oauth import token_response

    return token_response()


@blueprint.post("/oauth/revoke")
@allow(PUBLIC)
def revoke() -> Response:
    """A client ends its token (RFC 7009)."""
    from lms.people.machine_oauth import revocation_response

    return revocation_response()


@blueprint.get("/.well-known/oauth-authorization-server")
@allow(PUBLIC)
def metadata() -> dict[str, Any]:
    """What this server offers (RFC 8414)."""
    base = base_url()
    return {
        "issuer": base,
        "token_endpoint": f"{base}/oauth/token",
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "revocation_endpoint": f"{base}/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic"],
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "scopes_supported": list(SCOPES),
        "service_documentation": f"{base}/api/docs",
        "ui_locales_supported": ["vi"],
    }
