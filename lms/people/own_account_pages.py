"""Pages of the own account: password, second step, and where one is signed in."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import web
from lms.core.errors import Refusal
from lms.core.guard import actor
from lms.core.policy import allow
from lms.people import own_account, sign_in, totp
from lms.people.account_models import Account
from lms.people.account_pages import STAFF_ANY, again, with_session
from lms.people.blueprint import blueprint
from lms.people.schemas import CodeIn, NewPasswordIn, OldPasswordIn, OwnSessionIn, form
from lms.people.second_step_pages import setting_up

PAGE = "people/own_account.html"


def _shown() -> dict[str, Any]:
    session, who = web.session(), actor()
    return {
        "account": session.get_one(Account, who.key),
        "sessions": own_account.lines(session, who),
        "two_steps": totp.state(session, who.key),
        "seats": sign_in.seats(session, who.key),
        "idle": web.settings().session_idle_minutes,
    }


def _again(refusal: Refusal, where: str) -> Response:
    """The page once more; `where` is the form that was refused."""
    web.session().rollback()
    return again(PAGE, refusal, where=where, **_shown())


def _back(done: str = "") -> Response:
    return make_response(redirect(url_for("people.own_account_page", xong=done or None), 303))


@blueprint.get("/tai-khoan-cua-toi")
@allow(STAFF_ANY)
def own_account_page() -> str:
    """Everything about the own account."""
    return render_template(PAGE, refusal=None, where="", **_shown())


@blueprint.post("/tai-khoan-cua-toi/mat-khau")
@allow(STAFF_ANY)
def change_password() -> Response:
    """A new password: every other browser is signed out."""
    who, address = actor(), request.remote_addr or ""
    try:
        given = form(NewPasswordIn)
        new = (given["password"], given["again"])
        made = own_account.checked_password(
            web.database(), web.keys(), who, given["old"], new, address
        )
    except Refusal as refusal:
        return _again(refusal, "password")
    token = own_account.change_password(web.session(), web.keys(), who, made)
    return with_session(_back("mat-khau"), token)


@blueprint.post("/tai-khoan-cua-toi/phien")
@allow(STAFF_ANY)
def end_session() -> Response:
    """End one of one's own sessions."""
    own_account.end_one(web.session(), actor(), form(OwnSessionIn)["session"])
    return _back("phien")


@blueprint.post("/tai-khoan-cua-toi/phien-khac")
@allow(STAFF_ANY)
def end_other_sessions() -> Response:
    """Stay signed in here alone."""
    own_account.end_others(web.session(), actor())
    return _back("phien")


# The second step


@blueprint.post("/tai-khoan-cua-toi/hai-buoc")
@allow(STAFF_ANY)
def begin_two_steps() -> Response:
    """A new secret, shown on the next page until its first code is typed.

    The password is asked for, so that a browser left open is not enough.
    """
    who, address = actor(), request.remote_addr or ""
    try:
        old = form(OldPasswordIn)["old"]
        own_account.prove_password(web.database(), web.keys(), who, old, address)
        totp.prepare(web.session(), web.keys(), who.key)
    except Refusal as refusal:
        return _again(refusal, "two_steps")
    return make_response(redirect(url_for("people.set_up_two_steps"), 303))


def _setting_up() -> dict[str, Any] | None:
    action, back = url_for("people.confirm_two_steps"), url_for("people.own_account_page")
    return setting_up(actor().key, action, back)


@blueprint.get("/tai-khoan-cua-toi/hai-buoc")
@allow(STAFF_ANY)
def set_up_two_steps() -> Response:
    """The QR code and the form of the first code."""
    shown = _setting_up()
    if shown is None:
        return _back()
    return make_response(render_template("people/enrol.html", refusal=None, asked=False, **shown))


@blueprint.post("/tai-khoan-cua-toi/hai-buoc/xac-nhan")
@allow(STAFF_ANY)
def confirm_two_steps() -> Response:
    """The first code; the recovery codes are shown this once."""
    shown = _setting_up() or {}
    try:
        codes = totp.confirm(web.session(), web.keys(), actor(), form(CodeIn)["code"])
    except Refusal as refusal:
        return again("people/enrol.html", refusal, asked=False, **shown) if shown else _back()
    return _codes_page(codes)


def _codes_page(codes: list[str]) -> Response:
    on = url_for("people.own_account_page")
    return make_response(render_template("people/codes_once.html", codes=codes, on=on))


@blueprint.post("/tai-khoan-cua-toi/ma-du-phong")
@allow(STAFF_ANY)
def new_recovery_codes() -> Response:
    """Ten new recovery codes, shown this once; the old ones end."""
    try:
        codes = totp.new_codes(web.session(), web.keys(), actor(), form(CodeIn)["code"])
    except Refusal as refusal:
        return _again(refusal, "codes")
    return _codes_page(codes)


@blueprint.post("/tai-khoan-cua-toi/hai-buoc/tat")
@allow(STAFF_ANY)
def turn_off_two_steps() -> Response:
    """No second step any more."""
    try:
        totp.turn_off(web.session(), web.keys(), actor(), form(CodeIn)["code"])
    except Refusal as refusal:
        return _again(refusal, "off")
    return _back("tat-hai-buoc")
