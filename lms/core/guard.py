"""The guard: same-origin writes, security headers, and who the actor is and may touch.

The actor is found once per request by the resolvers that packages register (staff session, learner
session, device credential); the route's policy is checked before the view runs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from flask import Flask, Request, Response, current_app, g, request
from sqlalchemy.orm import Session

from lms.core.errors import Forbidden, NotFound, NotSignedIn, Refusal
from lms.core.i18n import _
from lms.core.policy import Reach, Role, policy_of

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
BEARERS = (Role.DEVICE, Role.MACHINE)
WITHOUT_ACTOR = ("assets.", "health.")
"""Public routes that answer without asking who calls, also when the database is gone."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; media-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # With no-referrer Chromium sends `Origin: null` on plain http, and every form post would die.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}


@dataclass(frozen=True)
class Actor:
    """Who acts: a role in one commune, with what it is bound to."""

    role: Role
    commune_id: UUID | None = None
    id: UUID | None = None
    """Account of staff, enrolment of a learner, device of a device, client of a machine."""
    name: str = ""
    cohort_ids: frozenset[UUID] = frozenset()
    """Classes a trainer teaches, or the learner's class."""
    unit_ids: frozenset[UUID] = frozenset()
    """Units a unit reporter answers for."""
    person_id: UUID | None = None
    session_id: UUID | None = None
    extra: dict[str, UUID] = field(default_factory=dict, hash=False)
    """Ids a resolver wants to hand on, such as the class session of a learner."""
    scopes: frozenset[str] = frozenset()
    """What a machine's token may be used for."""
    proven_at: datetime | None = None
    """When staff last typed the password of this session, or proved themselves as they sign in."""

    @property
    def commune(self) -> UUID:
        """The actor's commune; NotSignedIn for somebody who has none."""
        if self.commune_id is None:
            raise NotSignedIn(_("Bạn chưa đăng nhập. Hãy đăng nhập rồi làm lại."))
        return self.commune_id

    @property
    def key(self) -> UUID:
        """The actor's own id; NotSignedIn for somebody who has none."""
        if self.id is None:
            raise NotSignedIn(_("Bạn chưa đăng nhập. Hãy đăng nhập rồi làm lại."))
        return self.id


ANONYMOUS = Actor(Role.ANONYMOUS)


def system(commune_id: UUID) -> Actor:
    """Commands and jobs act as `system` of one commune, through the same actions."""
    return Actor(Role.SYSTEM, commune_id)


Resolver = Callable[[Request, Session], Actor | None]
"""Reads in a session of its own that is closed before the view runs, so that no lock is held meanwhile."""


def resolvers(app: Flask) -> list[Resolver]:
    """The app's list of resolvers, asked in order; the first that knows the caller wins."""
    return app.extensions.setdefault("lms.resolvers", [])  # type: ignore[no-any-return]


def actor() -> Actor:
    """The actor of this request."""
    if "actor" not in g:
        g.actor = _found() if request.cookies or "Authorization" in request.headers else ANONYMOUS
    return g.actor  # type: ignore[no-any-return]  # g is untyped.


def names_a_bearer() -> bool:
    """Whether the call names a device's or machine's credential: then it is theirs, whoever else sits there."""
    scheme = request.headers.get("Authorization", "").partition(" ")[0]
    return scheme.lower() in ("bearer", "tablet")


def _found() -> Actor:
    only_bearer = names_a_bearer()
    with current_app.extensions["lms.db"].read() as session:
        found = (resolve(request, session) for resolve in resolvers(current_app))
        return next(
            (who for who in found if who and (who.role in BEARERS or not only_bearer)),
            ANONYMOUS,
        )


def require(who: Actor, *roles: Role) -> None:
    """The actor has one of these roles (system always may), or Forbidden."""
    if who.role is Role.SYSTEM or who.role in roles:
        return
    if who.role is Role.ANONYMOUS:
        raise NotSignedIn(_("Bạn chưa đăng nhập. Hãy đăng nhập rồi làm lại."))
    raise Forbidden(_("Tài khoản của bạn không được làm việc này. Hãy nhờ quản trị viên của xã."))


def require_commune(who: Actor, commune_id: UUID) -> None:
    """The object lies in the actor's commune; a foreign one looks like a missing one."""
    if who.commune != commune_id:
        raise NotFound(_("Không tìm thấy nội dung này."))


def require_cohort(who: Actor, cohort_id: UUID) -> None:
    """A trainer or learner touches its own classes only; officers and administrators all."""
    if who.role in (Role.SYSTEM, Role.OFFICER, Role.ADMINISTRATOR) or cohort_id in who.cohort_ids:
        return
    raise Forbidden(_("Đây không phải lớp của thầy cô. Hãy nhờ cán bộ xã thêm thầy cô vào lớp."))


def address_parts(address: str) -> SplitResult:
    """The parts of an address; one that cannot be read has none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def check_origin() -> None:
    """Refuse an unsafe request that another site made the browser send.

    `Sec-Fetch-Site` decides where the browser sends it (https and localhost), else `Origin`. Callers
    that are not browsers send neither and carry no cookie that could be misused.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
        raise Forbidden(_cross_origin_words())
    origin = request.headers.get("Origin")
    if origin is None and not request.cookies:
        return
    if origin is None or address_parts(origin).netloc != request.host:
        raise Forbidden(_cross_origin_words())


def _cross_origin_words() -> str:
    return _("Yêu cầu đến từ một trang khác nên không được nhận. Hãy mở lại trang này và làm lại.")


def check_policy() -> None:
    """Let the request through to its view only if the route's policy names the actor's role."""
    if request.endpoint is None:
        return
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        raise Forbidden(_("Đường dẫn này chưa khai báo quyền nên bị đóng."))
    if request.endpoint.startswith(WITHOUT_ACTOR):
        return
    who = actor()
    if policy.lets_in(who.role, who.scopes):
        return
    if who.role is Role.MACHINE and policy.of(who.role) is not Reach.NONE:
        raise Forbidden(_("Khóa này chưa được cấp quyền %(scope)s.", scope=policy.scope))
    require(who)


def read_form() -> None:
    """Read a form to its end before any transaction begins: a stalled upload must not hold a lock.

    No text of ours holds NUL, and PostgreSQL cannot store it: it is refused here, in one place.
    """
    texts = [request.path, *request.args.values()]
    if request.method not in SAFE_METHODS and request.mimetype in FORMS:
        texts += [value for pair in request.form.items(multi=True) for value in pair]
    if any("\x00" in value for value in texts):
        raise Refusal(_("Có ký tự lạ không đọc được. Hãy xóa chỗ đó, gõ lại rồi gửi."))


def add_headers(response: Response) -> Response:
    """Security headers on every answer; personal pages are never stored."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Put the guard before every view and the headers on every answer."""
    app.before_request(check_origin)
    app.before_request(check_policy)
    app.before_request(read_form)
    app.after_request(add_headers)
