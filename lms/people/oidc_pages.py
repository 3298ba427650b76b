"""Pages of sign-in through a provider: there, back, what is still to be said, and one's own links."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from lms.core import cookies, web
from lms.core.guard import actor
from lms.core.policy import PUBLIC, allow
from lms.core.web import see, uuid_field
from lms.people import (
    oidc_doors,
    oidc_identities,
    oidc_learners,
    oidc_links,
    oidc_proof,
    oidc_sign_in,
)
from lms.people.account_pages import STAFF_ANY, enter
from lms.people.oidc_words import Refused
from lms.people.proof import weighs

if TYPE_CHECKING:
    from lms.people.oidc_flow import Proven
    from lms.people.oidc_provider import Known

blueprint = Blueprint("oidc", __name__)
log = structlog.get_logger("lms.oidc")


def _calm(known: "Known", view: Callable[[], Response]) -> Response:
    """The view's answer, or the one page of every refusal; the reason goes to the log alone."""
    try:
        return view()
    except Refused as refused:
        log.warning("oidc_refused", provider=known.provider.key, reason=refused.reason)
        with web.database().write() as short:
            oidc_doors.write_down(short, web.keys(), known.provider, refused, _address())
        page = render_template("people/oidc_refused.html", provider=known.provider)
        return make_response(page, 429 if refused.reason == "often" else 403)


def _address() -> str:
    return request.remote_addr or ""


def _browser() -> str | None:
    return cookies.read(request, oidc_doors.COOKIE)


# There


@blueprint.get("/dang-nhap/qua/<provider_key>")
@allow(PUBLIC)
def set_out(provider_key: str) -> Response:
    """Staff: to the provider, to sign in. A form would die there: our CSP lets forms go nowhere else."""
    return _set_out(oidc_doors.known(provider_key, "staff"), "staff")


@blueprint.get("/dang-nhap/qua/<provider_key>/hoc")
@allow(PUBLIC)
def set_out_to_learn(provider_key: str) -> Response:
    """Adult learners at home: to the provider."""
    return _set_out(oidc_doors.known(provider_key, "learners"), "learner")


@blueprint.get("/dang-nhap/qua/<provider_key>/noi")
@allow(STAFF_ANY)
def set_out_to_link(provider_key: str) -> Response:
    """Somebody signed in: to the provider, to link an identity; nothing is linked before a click at the end."""
    return _set_out(oidc_doors.known(provider_key, "staff"), "link", actor().key)


@blueprint.get("/dang-nhap/qua/<provider_key>/xac-nhan")
@allow(STAFF_ANY)
def set_out_to_prove(provider_key: str) -> Response:
    """Somebody signed in from there: to the provider once more, before something that weighs."""
    onward = oidc_proof.onward(actor(), request.args.get("toi", ""))
    return _set_out(oidc_doors.known(provider_key, "staff"), "proof", actor().key, onward)


def _set_out(
    known: "Known", purpose: str, account_id: UUID | None = None, onward: str = ""
) -> Response:
    def go() -> Response:
        from lms.people import oidc_flow

        with web.database().write() as session:
            oidc_doors.check_limits(session, web.keys(), _address())
            oidc_doors.count_set_out(session, web.keys(), _address())
        path = url_for("oidc.back", provider_key=known.provider.key)
        away = oidc_flow.set_out(
            web.database(), web.keys(), known, purpose, oidc_doors.redirect_address(path),
            _browser(), account_id, onward,
        )  # fmt: skip
        answer = make_response(redirect(away.address, 303))
        cookies.put(answer, oidc_doors.COOKIE, away.browser, int(oidc_links.WAITS_HERE))
        return answer

    return _calm(known, go)


# Back


@blueprint.get("/dang-nhap/qua/<provider_key>/ve")
@allow(PUBLIC)
def back(provider_key: str) -> Response:
    """The provider's answer: checked without holding a transaction, then written in short ones."""
    known = oidc_doors.known(provider_key)

    def arrive() -> Response:
        from lms.people import oidc_flow

        with web.database().read() as session:
            oidc_doors.check_limits(session, web.keys(), _address())
        given = request.args.to_dict(flat=False)
        proven = oidc_flow.come_back(web.database(), web.keys(), known, given, _browser())
        return _ARRIVALS[proven.way.purpose](known, proven)

    return _calm(known, arrive)


def _staff(known: "Known", proven: "Proven") -> Response:
    hours = web.settings().session_hours
    with web.database().write() as session:
        begun = oidc_sign_in.begin(session, web.keys(), known.provider, proven, hours)
        if begun is None:
            return _still_to_say(oidc_links.keep(session, web.keys(), proven).id)
    return enter(begun)


def _learner(known: "Known", proven: "Proven") -> Response:
    held = cookies.read(request, cookies.DEVICE)
    with web.database().write() as session:
        met = oidc_learners.meet(session, web.keys(), known.provider, proven.told, held)
        if not met.is_known:
            return _still_to_say(oidc_links.keep(session, web.keys(), proven).id)
    if met.arrived is None:
        return make_response(render_template("people/oidc_no_class.html"))
    answer = see(met.arrived.target)
    cookies.put(answer, cookies.DEVICE, met.arrived.credential, met.arrived.seconds)
    return answer


def _link(_known: "Known", proven: "Proven") -> Response:
    with web.database().write() as session:
        key = oidc_links.keep(session, web.keys(), proven).id
    return see(url_for("oidc.own", noi=key))


def _proof(_known: "Known", proven: "Proven") -> Response:
    with web.database().write() as session:
        goes_to = oidc_proof.arrive(session, web.keys(), proven)
    return see(url_for("people.proof_done", toi=goes_to))


_ARRIVALS: dict[str, Callable[["Known", "Proven"], Response]] = {
    "staff": _staff,
    "learner": _learner,
    "link": _link,
    "proof": _proof,
}


def _still_to_say(link_request_id: UUID) -> Response:
    return see(url_for("oidc.unknown", luot=link_request_id))


# Proven, and nobody here knows who it is


@blueprint.get("/dang-nhap/chua-noi")
@allow(PUBLIC)
def unknown() -> str:
    """Who came back is proven and opens nothing yet: ask the commune, here or in person."""
    key = uuid_field(request.args.get("luot", ""), "luot")
    row = oidc_links.proven_here(web.session(), web.keys(), key, _browser())
    provider = oidc_doors.known(row.provider).provider
    return render_template(
        "people/oidc_unknown.html", row=row, provider=provider,
        told=oidc_links.read(web.keys(), row),
        communes=[(str(c.id), c.title) for c in oidc_links.communes(web.session(), provider)],
    )  # fmt: skip


@blueprint.post("/dang-nhap/chua-noi")
@allow(PUBLIC)
def ask() -> Response:
    """Send the request to the commune."""
    key = uuid_field(request.form.get("luot", ""), "luot")
    commune = uuid_field(request.form.get("commune", ""), "commune")
    row = oidc_links.proven_here(web.session(), web.keys(), key, _browser())
    provider = oidc_doors.known(row.provider).provider
    oidc_links.ask(web.session(), web.keys(), provider, key, _browser(), commune)
    return _still_to_say(key)


# One's own links


@blueprint.get("/tai-khoan-ngoai")
@allow(STAFF_ANY)
def own() -> str:
    """What opens one's own account from outside, and one that waits for the last click."""
    waiting = request.args.get("noi", "")
    key = uuid_field(waiting, "noi") if waiting else None
    row = oidc_links.proven_here(web.session(), web.keys(), key, _browser()) if key else None
    return render_template(
        "people/oidc_own.html", row=row, told=oidc_links.read(web.keys(), row) if row else None,
        identities=oidc_identities.own(web.session(), actor().key), labels=_labels(),
    )  # fmt: skip


def _labels() -> dict[str, str]:
    found = current_app.extensions["lms.oidc"].known
    return {key: one.provider.label for key, one in found.items()}


@blueprint.post("/tai-khoan-ngoai")
@allow(STAFF_ANY)
@weighs
def confirm() -> Response:
    """Link the identity that this browser brought back to the account that is signed in."""
    key = uuid_field(request.form.get("luot", ""), "luot")
    oidc_links.confirm_own(web.session(), web.keys(), actor(), key, _browser())
    return see(url_for("oidc.own"))


@blueprint.post("/tai-khoan-ngoai/bo-noi")
@allow(STAFF_ANY)
def let_go() -> Response:
    """Take one's own link away."""
    key = uuid_field(request.form.get("identity", ""), "identity")
    oidc_identities.end_own(web.session(), actor(), key)
    return see(url_for("oidc.own"))
