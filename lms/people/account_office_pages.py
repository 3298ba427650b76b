"""What an administrator does with accounts beside inviting: links, roles, sessions, the second step."""

from uuid import UUID

from flask import Response, make_response, redirect, url_for

from lms.core import web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.people import accounts, invitations, two_steps_rule
from lms.people.account_pages import office_page, unit_of
from lms.people.blueprint import blueprint
from lms.people.proof import weighs
from lms.people.schemas import GrantIn, TwoStepsIn, WelcomeIn, form


def _back() -> Response:
    return make_response(redirect(url_for("people.accounts_page"), 303))


@blueprint.post("/tai-khoan/tu-xa-khac")
@allow(administrator=Reach.COMMUNE)
@weighs
def welcome() -> Response:
    """A role here for somebody who has an account in another commune."""
    try:
        given = form(WelcomeIn)
        who, unit = actor(), unit_of(given["unit"])
        names = (given["joining_login"], given["joining_name"])
        invitations.welcome(web.session(), who, *names, given["role"], unit)
    except Refusal as refusal:
        return _again(refusal)
    return _back()


def _again(refusal: Refusal) -> Response:
    web.session().rollback()
    refusal = web.kept(refusal)
    return make_response(office_page(joining=refusal), refusal.status)


@blueprint.post("/tai-khoan/hai-buoc")
@allow(administrator=Reach.COMMUNE)
def ask_two_steps() -> Response:
    """Whether administrators and officers of the commune must prove a second step."""
    two_steps_rule.ask(web.session(), actor(), asked=form(TwoStepsIn)["asked"])
    return _back()


@blueprint.post("/tai-khoan/<uuid:account_id>/rut-lien-ket")
@allow(administrator=Reach.COMMUNE)
def withdraw_link(account_id: UUID) -> Response:
    """Take an invitation or a password link back."""
    invitations.withdraw(web.session(), actor(), account_id)
    return _back()


@blueprint.post("/tai-khoan/<uuid:account_id>/thoi-vai-tro")
@allow(administrator=Reach.COMMUNE)
def revoke_role(account_id: UUID) -> Response:
    """Take one role."""
    accounts.revoke_role(web.session(), actor(), account_id, form(GrantIn)["grant"])
    return _back()


@blueprint.post("/tai-khoan/<uuid:account_id>/dang-xuat")
@allow(administrator=Reach.COMMUNE)
def end_sessions(account_id: UUID) -> Response:
    """Sign somebody out of this commune on every browser."""
    accounts.end_sessions(web.session(), actor(), account_id)
    return _back()


@blueprint.post("/tai-khoan/<uuid:account_id>/dat-lai-hai-buoc")
@allow(administrator=Reach.COMMUNE)
@weighs
def reset_second_step(account_id: UUID) -> Response:
    """Somebody lost the telephone and the recovery codes."""
    accounts.reset_second_step(web.session(), actor(), account_id)
    return _back()
