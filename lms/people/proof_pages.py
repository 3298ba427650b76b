"""The page that asks for a fresh proof, and the one that leads on to where the person was going."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, make_response, render_template, request, url_for

from lms.core import web
from lms.core.errors import Refusal
from lms.core.guard import FORMS, SAFE_METHODS, actor
from lms.core.policy import allow
from lms.people import oidc_doors, proof
from lms.people.account_pages import STAFF_ANY, again
from lms.people.blueprint import blueprint
from lms.people.oidc_settings import Provider
from lms.people.proof import StaleProof
from lms.people.schemas import ProofIn, form

PAGE = "people/proof.html"
LONGEST = 2000
"""Of an address to go on to; ours are shorter."""


def init_app(app: Flask) -> None:
    """Ask before every view that weighs."""
    app.before_request(proof.check)
    app.register_error_handler(StaleProof, ask)


def ask(stale: StaleProof) -> Response:
    """In place of what was asked for: a page goes on to it after the proof, a form is carried along."""
    if web.wants_json():
        return web.answer_refusal(stale)
    where = request.full_path.rstrip("?")
    if request.method in SAFE_METHODS:
        return web.see(url_for("people.proof_page", toi=where, tu=web.came_from()))
    web.session().rollback()
    page = render_template(PAGE, **_shown(where, web.came_from(), _carried()))
    return make_response(page, stale.status)


def _carried() -> str:
    """The posted form as one text; files are not carried, and a form with them is typed anew."""
    if request.mimetype not in FORMS or request.files:
        return ""
    return urlencode(list(request.form.items(multi=True)))


def _shown(toi: str, tu: str, carried: str | None) -> dict[str, Any]:
    """What the page needs; `carried` is None where nothing was posted."""
    found = proof.ways(web.session(), actor())
    goes_to = proof.target(toi[:LONGEST], "GET" if carried is None else "POST")
    return {
        "ways": found, "provider": _provider(found.provider), "refusal": None, "toi": goes_to,
        "tu": web.own_path(tu[:LONGEST]), "carried": carried,
        "fields": parse_qsl(carried or "", keep_blank_values=True),
    }  # fmt: skip


def _provider(key: str) -> Provider | None:
    """The provider of the session, while the settings know it."""
    return next((one for one in oidc_doors.providers("staff") if one.key == key), None)


@blueprint.get("/xac-nhan-lai")
@allow(STAFF_ANY)
def proof_page() -> str:
    """Ask for the proof before a page or file."""
    given = request.args
    return render_template(PAGE, **_shown(given.get("toi", ""), given.get("tu", ""), None))


@blueprint.post("/xac-nhan-lai")
@allow(STAFF_ANY)
def proof_now() -> Response | str:
    """Check what was typed, and lead on."""
    given = form(ProofIn)
    carried = given["carried"] if given["posted"] else None
    try:
        _prove(given["old"], given["code"])
    except Refusal as refusal:
        web.session().rollback()
        return again(PAGE, refusal, **_without_refusal(given["toi"], given["tu"], carried))
    return _done(given["toi"], given["tu"], carried)


def _prove(password: str, code: str) -> None:
    who, keys = actor(), web.keys()
    if code and not password:
        proof.by_code(web.session(), keys, who, code)
        return
    proof.check_password(web.database(), keys, who, password, request.remote_addr or "")
    proof.by_password(web.session(), keys, who)


def _without_refusal(toi: str, tu: str, carried: str | None) -> dict[str, Any]:
    shown = _shown(toi, tu, carried)
    del shown["refusal"]
    return shown


def _done(toi: str, tu: str, carried: str | None) -> str:
    """On to where the person was going: only to a view of ours that weighs."""
    method = "GET" if carried is None else "POST"
    return render_template(
        "people/proof_done.html", toi=proof.target(toi[:LONGEST], method), tu=web.own_path(tu[:LONGEST]),
        posted=carried is not None, fields=parse_qsl(carried or "", keep_blank_values=True),
    )  # fmt: skip


@blueprint.get("/xac-nhan-lai/xong")
@allow(STAFF_ANY)
def proof_done() -> str:
    """After a proof at a provider."""
    return _done(request.args.get("toi", ""), request.args.get("tu", ""), None)
