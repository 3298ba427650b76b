"""Between the password and the first page: the second step, or setting it up where the commune asks for it."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for

from lms.core import cookies, web
from lms.core.errors import NotSignedIn, Refusal
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.core.qr import svg
from lms.people import account_pages, sessions, sign_in, totp
from lms.people.account_models import Account, StaffSession
from lms.people.blueprint import blueprint
from lms.people.schemas import CodeIn, form


def _waiting(stage: str) -> StaffSession:
    """The browser's session that waits for this; NotSignedIn with what to do when there is none."""
    token = cookies.read(request, cookies.STAFF)
    row = sessions.waiting(web.session(), web.keys(), token, stage)
    if row is None:
        raise NotSignedIn(_("Đã quá mười phút hoặc chưa gõ mật khẩu. Hãy đăng nhập lại từ đầu."))
    return row


def _to_sign_in() -> Response:
    return make_response(redirect(url_for("people.sign_in_page"), 303))


@blueprint.get("/dang-nhap/ma")
@allow(PUBLIC)
def second_step() -> Response:
    """The form of the code."""
    try:
        _waiting("code")
    except NotSignedIn:
        return _to_sign_in()
    return make_response(render_template("people/second_step.html", refusal=None))


@blueprint.post("/dang-nhap/ma")
@allow(PUBLIC)
def second_step_now() -> Response:
    """Check the code and begin the session."""
    row, hours = _waiting("code"), web.settings().session_hours
    try:
        code = form(CodeIn)["code"]
        return account_pages.enter(sign_in.second_step(web.session(), web.keys(), row, code, hours))
    except Refusal as refusal:
        return account_pages.again("people/second_step.html", refusal)


def setting_up(account_id: Any, action: str, back: str) -> dict[str, Any] | None:
    """What the page with the QR code shows; None when no secret waits."""
    secret = totp.secret_to_show(web.session(), web.keys(), account_id)
    if secret is None:
        return None
    login = web.session().get_one(Account, account_id).login
    return {
        "drawn": svg(totp.address(secret, login), _("Mã QR để thêm vào ứng dụng")),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "action": action,
        "back": back,
    }


@blueprint.get("/dang-nhap/hai-buoc")
@allow(PUBLIC)
def must_enrol() -> Response:
    """The QR code for somebody whose commune asks for a second step."""
    try:
        row = _waiting("enrol")
    except NotSignedIn:
        return _to_sign_in()
    shown = setting_up(row.account_id, url_for("people.enrol_now"), "") or {}
    return make_response(render_template("people/enrol.html", refusal=None, asked=True, **shown))


@blueprint.post("/dang-nhap/hai-buoc")
@allow(PUBLIC)
def enrol_now() -> Response:
    """The first code opens the session; the recovery codes are shown this once."""
    row, hours = _waiting("enrol"), web.settings().session_hours
    shown = setting_up(row.account_id, url_for("people.enrol_now"), "") or {}
    try:
        begun, codes = sign_in.enrol(web.session(), web.keys(), row, form(CodeIn)["code"], hours)
    except Refusal as refusal:
        return account_pages.again("people/enrol.html", refusal, asked=True, **shown)
    page = render_template(
        "people/codes_once.html", codes=codes, on=account_pages.first_page(begun)
    )
    return account_pages.with_session(make_response(page), begun.token)
