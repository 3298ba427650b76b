"""Pages of accounts: sign in and out, choose a role, set a password, and the administrator's list."""

from typing import Any
from uuid import UUID

from flask import Response, current_app, make_response, redirect, render_template, request, url_for

from lms.core import cookies, web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import PUBLIC, Policy, Reach, Role, allow
from lms.core.web import uuid_field
from lms.people import accounts, invitations, oidc_farewell, queries, sessions, sign_in
from lms.people.account_models import STAFF_ROLES
from lms.people.account_queries import account_lines
from lms.people.blueprint import blueprint
from lms.people.models import Commune
from lms.people.proof import weighs
from lms.people.schemas import AccountIn, PasswordIn, RoleIn, SeatIn, SignInIn, form
from lms.people.sign_in import Begun

STAFF_ANY = Policy({Role(role): Reach.OWN for role in STAFF_ROLES})


def again(template: str, refusal: Refusal, **context: Any) -> Response:
    """The form once more with what to mend; what must survive the refusal is kept first."""
    if refusal.keep is not None:
        web.session().rollback()
        refusal = web.kept(refusal)
    answer = make_response(render_template(template, refusal=refusal, **context), refusal.status)
    if refusal.retry_after:
        answer.headers["Retry-After"] = str(refusal.retry_after)
    return answer


def with_session(answer: Response, token: str) -> Response:
    """The answer with the staff cookie in it; one person at a time sits at a browser."""
    cookies.put(answer, cookies.STAFF, token, web.settings().session_hours * 3600)
    cookies.drop(answer, cookies.LEARNER)
    return answer


def _signed_in(token: str, target: str) -> Response:
    return with_session(make_response(redirect(target, 303)), token)


def home_of(role: Role) -> str:
    """The first page of a role's navigation."""
    items = (item for item in current_app.extensions["lms.nav"] if role in item.roles)
    return next((url_for(item.endpoint) for item in items), "/")


@blueprint.get("/dang-nhap")
@allow(PUBLIC)
def sign_in_page() -> str:
    """The form of login and password."""
    return render_template("people/sign_in.html", refusal=None, login="")


@blueprint.post("/dang-nhap")
@allow(PUBLIC)
def sign_in_now() -> Response:
    """Check the password, begin a session, end a learner's one."""
    try:
        given = form(SignInIn)
        proven = sign_in.proven_account(
            web.database(), web.keys(), given["login"], given["password"], request.remote_addr or ""
        )
        hours = web.settings().session_hours
        return enter(sign_in.begin(web.session(), web.keys(), proven, hours))
    except Refusal as refusal:
        return again("people/sign_in.html", refusal, login=request.form.get("login", "")[:60])


_NEXT = {"code": "people.second_step", "enrol": "people.must_enrol"}


def enter(begun: Begun) -> Response:
    """See-other to what comes next: the second step, the choice of a role, or the role's first page."""
    if begun.stage != "open":
        return _signed_in(begun.token, url_for(_NEXT[begun.stage]))
    return _signed_in(begun.token, first_page(begun))


def first_page(begun: Begun) -> str:
    """Where somebody who is signed in begins."""
    if begun.seats > 1:
        return url_for("people.seats")
    who = sessions.actor_of(web.session(), web.keys(), begun.token)
    return home_of(who.role) if who else "/"


@blueprint.post("/dang-xuat")
@allow(PUBLIC)
def sign_out() -> Response:
    """End the session at once."""
    session_id, farewell = actor().session_id, None
    if session_id and actor().role in STAFF_ROLES:
        farewell = oidc_farewell.page(session_id)
        sessions.end(web.session(), session_id)
    answer = make_response(farewell or redirect(url_for("people.sign_in_page"), 303))
    cookies.drop(answer, cookies.STAFF)
    return answer


@blueprint.get("/vai-tro")
@allow(STAFF_ANY)
def seats() -> str:
    """The roles one may act in."""
    return render_template("people/seats.html", seats=sign_in.seats(web.session(), actor().key))


@blueprint.post("/vai-tro")
@allow(STAFF_ANY)
def take_seat() -> Response:
    """Act in another role."""
    grant, hours = form(SeatIn)["grant"], web.settings().session_hours
    token = sign_in.change_seat(web.session(), web.keys(), actor(), grant, hours)
    who = sessions.actor_of(web.session(), web.keys(), token)
    return _signed_in(token, home_of(who.role) if who else "/")


@blueprint.get("/mat-khau/<token>")
@allow(PUBLIC)
def password(token: str) -> str:
    """The form of a one-time link."""
    account = accounts.open_link(web.session(), token)[1]
    return render_template(
        "people/password.html", refusal=None, login=account.login, who=account.display_name
    )


@blueprint.post("/mat-khau/<token>")
@allow(PUBLIC)
def set_password(token: str) -> Response:
    """Set the password; the link ends with it."""
    with web.database().read() as reading:
        account = accounts.open_link(reading, token)[1]
        login, name = account.login, account.display_name
        own = accounts.known_of(reading, account)
    try:
        given = form(PasswordIn)
        accounts.check_new_password(own, given["password"], given["again"])
    except Refusal as refusal:
        return again("people/password.html", refusal, login=login, who=name)
    accounts.set_password(web.session(), web.keys(), token, accounts.hash_of(given["password"]))
    return make_response(redirect(url_for("people.sign_in_page", xong="mat-khau"), 303))


# The administrator's list


def office_page(**context: Any) -> str:
    """The list with its forms; `joining` is the refusal of the second form, `refusal` of the first."""
    session, commune_id = web.session(), actor().commune
    shown: dict[str, Any] = {"refusal": None, "joining": None, "given": {}} | context
    return render_template(
        "people/accounts.html",
        accounts=account_lines(session, commune_id),
        links=invitations.open_links(session, commune_id),
        two_steps=session.get_one(Commune, commune_id).two_steps,
        roles=[pair for pair in STAFF_ROLES.items() if pair[0] != Role.PROVINCE_READER],
        units=[(str(unit.id), unit.name) for unit in queries.units(session, actor())],
        **shown,
    )


@blueprint.get("/tai-khoan")
@allow(administrator=Reach.COMMUNE)
def accounts_page() -> str:
    """Every account of the commune."""
    return office_page()


def unit_of(text: str) -> UUID | None:
    """The unit chosen in a form, or none."""
    return uuid_field(text, "unit") if text else None


def _link_page(login: str, name: str, token: str) -> str:
    base = web.settings().public_url.rstrip("/") or request.host_url.rstrip("/")
    link = base + url_for("people.password", token=token)
    return render_template("people/link_once.html", login=login, who=name, link=link)


@blueprint.post("/tai-khoan")
@allow(administrator=Reach.COMMUNE)
@weighs
def invite() -> Response | str:
    """Make an account and show its one-time link, this once."""
    try:
        given = form(AccountIn)
        account, token = accounts.create_account(
            web.session(),
            actor(),
            given["login"],
            given["name"],
            given["role"],
            unit_of(given["unit"]),
        )
    except Refusal as refusal:
        web.session().rollback()
        page = office_page(refusal=refusal, given=request.form)
        return make_response(page, refusal.status)
    return _link_page(account.login, account.display_name, token)


@blueprint.post("/tai-khoan/<uuid:account_id>/lien-ket")
@allow(administrator=Reach.COMMUNE)
@weighs
def renew_link(account_id: UUID) -> str:
    """A new one-time link, shown this once."""
    account, token = accounts.renew_link(web.session(), actor(), account_id)
    return _link_page(account.login, account.display_name, token)


@blueprint.post("/tai-khoan/<uuid:account_id>/vai-tro")
@allow(administrator=Reach.COMMUNE)
@weighs
def grant_role(account_id: UUID) -> Response:
    """Give one more role."""
    given = form(RoleIn)
    accounts.grant_role(web.session(), actor(), account_id, given["role"], unit_of(given["unit"]))
    return make_response(redirect(url_for("people.accounts_page"), 303))


@blueprint.post("/tai-khoan/<uuid:account_id>/khoa")
@allow(administrator=Reach.COMMUNE)
def disable(account_id: UUID) -> Response:
    """Take all roles and end all sessions."""
    accounts.disable(web.session(), actor(), account_id)
    return make_response(redirect(url_for("people.accounts_page"), 303))
