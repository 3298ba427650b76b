"""A request: one session, one answer, one place where a refusal becomes HTTP (RFC 9457)."""

from datetime import date
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, Response, current_app, g, json, render_template, request
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, Refusal, Unavailable
from lms.core.guard import SAFE_METHODS, add_headers, address_parts
from lms.core.i18n import _
from lms.core.keys import KeyFile, Keys
from lms.core.replica import Replica
from lms.core.settings import Settings
from lms.core.text import typed_day

log = structlog.get_logger("lms.web")

FORWARDED = (
    "Forwarded",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Real-IP",
    "Via",
)
"""What proxies add to a request; a program on this machine adds none of them."""

SQLITE_FULL = 13

TITLES = {
    400: "Yêu cầu chưa đúng",
    401: "Bạn chưa đăng nhập",
    403: "Bạn không được làm việc này",
    404: "Không tìm thấy",
    405: "Cách gọi này không được nhận",
    409: "Việc này không làm được lúc này",
    410: "Mốc này không còn dùng được",
    413: "Tệp hoặc nội dung quá lớn",
    415: "Kiểu nội dung này không được nhận",
    422: "Có chỗ chưa đúng",
    429: "Thử quá nhiều lần",
    500: "Máy chủ gặp lỗi",
    503: "Máy chủ đang bận",
}
ADVICE = {
    400: "Hãy quay lại, kiểm tra rồi gửi lại.",
    404: "Có thể địa chỉ bị gõ sai hoặc nội dung đã được chuyển đi. Hãy quay về trang đầu.",
    405: "Hãy mở lại trang và bấm nút trên trang đó.",
    413: "Hãy chia nhỏ tệp hoặc giảm dung lượng rồi gửi lại.",
    415: "Hãy gửi nội dung kiểu application/json.",
    422: "Hãy sửa chỗ được chỉ ra rồi gửi lại.",
    500: "Chưa có gì bị lưu dở. Hãy thử lại sau ít phút; nếu vẫn lỗi, báo quản trị viên của xã.",
}


def settings() -> Settings:
    """The settings of the running app."""
    return current_app.extensions["lms.settings"]  # type: ignore[no-any-return]


def database() -> Database:
    """The database of the running app."""
    return current_app.extensions["lms.db"]  # type: ignore[no-any-return]


def is_open(endpoint: str) -> bool:
    """Whether this route is of use where the service runs: on a laptop that carries classes most are closed,
    and its own page is for it alone. Which ones stands in `lms.offline.box.openness`.
    """
    told = current_app.extensions
    if database().box_id is None:
        return endpoint not in told["lms.box_only"]
    return endpoint in told["lms.box_open"]


def keys() -> Keys:
    """The secret keys of the running app, as its key file has them now."""
    held: Keys | KeyFile = current_app.extensions["lms.keys"]
    return held.current() if isinstance(held, KeyFile) else held


def session() -> Session:
    """The request's session, opened at first use: it writes only in unsafe methods."""
    if "session" not in g:
        g.session = database().session(writes=request.method not in SAFE_METHODS)
    return g.session  # type: ignore[no-any-return]


def reports() -> Session:
    """A reading session for reports and exports: on the replica while that is close behind, else `session()`.

    Its pages write nothing, and who may see them was asked of the first database already.
    """
    second: Replica | None = current_app.extensions["lms.replica"]
    if second is None or request.method not in SAFE_METHODS:
        return session()
    if "reports" not in g:
        g.reports = second.database.session(writes=False) if second.is_close() else session()
    found: Session = g.reports
    return found


def _end_reports(_error: BaseException | None) -> None:
    """Close what `reports` opened; what was the request's own session is closed already."""
    held: Session | None = g.pop("reports", None)
    if held is not None:
        held.close()


def wants_json() -> bool:
    """API calls and those of other systems are answered in JSON, pages in HTML."""
    return request.path.startswith(("/api/", "/oauth/"))


def problem(status: int, kind: str, detail: str, fields: dict[str, Any] | None = None) -> Response:
    """An RFC 9457 body; `fields` maps a field's path to its messages."""
    body = {
        "type": f"/api/docs#{kind}",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        **({"errors": fields} if fields else {}),
    }
    text = json.dumps(body).encode("utf-8", "replace")
    return Response(text, status, content_type="application/problem+json")


def _answer(status: int, kind: str, detail: str, fields: dict[str, Any] | None = None) -> Response:
    if wants_json():
        return problem(status, kind, detail, fields)
    page = render_template(
        "core/error.html",
        status=status,
        title=TITLES.get(status, HTTPStatus(status).phrase),
        detail=detail,
        fields=fields or {},
    )
    return Response(page, status)


def kept(refusal: Refusal) -> Refusal:
    """Write what survives the refusal, once, after the roll-back; returns what is to be told."""
    if refusal.keep is None:
        return refusal
    with database().write() as short:
        told = refusal.keep(short)
    refusal.keep = None
    return told or refusal


def answer_refusal(error: Refusal) -> Response:
    """Roll back, keep what must survive, and say why, in one place."""
    _end(commit=False)
    error = kept(error)
    answer = _answer(error.status, error.kind, error.message, error.fields)
    if error.retry_after:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def answer_http(error: HTTPException) -> Response:
    """An error of the framework (unknown route, bad body), said in Vietnamese."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()  # type: ignore[return-value]  # A redirect is an answer already.
    fields = getattr(error, "data", {}).get("messages", {})
    detail = ADVICE.get(status, _("Hãy thử lại; nếu vẫn lỗi, báo quản trị viên của xã."))
    answer = _answer(status, HTTPStatus(status).phrase.lower().replace(" ", "-"), detail, fields)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def answer_busy(error: SQLAlchemyError) -> Response:
    """The database is locked, full, gone or out of connections: nothing was saved, the caller may repeat."""
    log.error("database", problem=_kind(error))
    if _is_full(error):
        words = _(
            "Ổ đĩa của máy chủ đã đầy nên chưa lưu được. Hãy báo quản trị viên dọn đĩa, rồi làm lại."
        )
        return answer_refusal(Unavailable(words, retry_after=60))
    words = _("Máy chủ đang bận, chưa lưu được. Hãy thử lại sau ít giây.")
    return answer_refusal(Unavailable(words, retry_after=2))


def _is_full(error: SQLAlchemyError) -> bool:
    """Whether there is no room left: SQLITE_FULL, or PostgreSQL's disk_full."""
    original = getattr(error, "orig", None)
    return getattr(original, "sqlite_errorcode", 0) == SQLITE_FULL or (
        getattr(original, "sqlstate", "") == "53100"
    )


def answer_overtaken(error: IntegrityError) -> Response:
    """Somebody else wrote what this would have written, or took away what it stands on, at the same moment."""
    log.warning("overtaken", problem=_kind(error))
    words = _("Có người vừa sửa đúng chỗ này nên chưa lưu được. Hãy mở lại trang rồi làm lại.")
    return answer_refusal(Conflict(words))


def answer_unstorable(error: DataError | OverflowError) -> Response:
    """A value that no column can hold: PostgreSQL says so itself, SQLite's driver before it asks."""
    log.warning("unstorable", problem=_kind(error))
    return answer_refusal(Invalid(_("Có giá trị không lưu được. Hãy kiểm tra số và chữ vừa nhập.")))


def _kind(error: SQLAlchemyError | OverflowError) -> str:
    """What went wrong, without the values: a database's own message may quote names and phones."""
    original = getattr(error, "orig", None)
    return f"{type(error).__name__} {type(original).__name__} {getattr(original, 'sqlstate', '')}"


def _end(*, commit: bool) -> None:
    current: Session | None = g.pop("session", None)
    if current is None:
        return
    try:
        if commit:
            current.commit()
    finally:
        current.close()


def _finish(response: Response) -> Response:
    _end(commit=response.status_code < 400 and request.method not in SAFE_METHODS)
    return response


def uuid_field(value: str, name: str) -> UUID:
    """A UUID typed in a form or query; Invalid names the field."""
    try:
        return UUID(value)
    except ValueError:
        raise Invalid(
            _("Mã không đúng dạng. Hãy mở lại trang rồi chọn lại."), fields={name: [value[:40]]}
        ) from None


def form_day(name: str) -> date:
    """The day in this field of the request's form; Invalid names the field."""
    found = typed_day(request.form.get(name, ""))
    if found is None:
        wrong = _("Hãy ghi ngày/tháng/năm, ví dụ 21/11/2026.")
        raise Invalid(wrong, fields={name: [wrong]})
    return found


def _answer_unexpected(error: Exception) -> Response:
    if isinstance(error, SQLAlchemyError):
        log.error("unexpected", route=str(request.url_rule), problem=_kind(error))
    else:
        log.exception("unexpected", route=str(request.url_rule))
    _end(commit=False)
    answer = _answer(500, "internal-server-error", ADVICE[500])
    return add_headers(answer)


def init_app(app: Flask, database: Database, keys: Keys | KeyFile, settings: Settings) -> None:
    """Give the app its database, keys and settings, and the one place where errors are answered."""
    app.extensions.update({"lms.db": database, "lms.keys": keys, "lms.settings": settings})
    app.config.update(MAX_CONTENT_LENGTH=settings.max_body, MAX_FORM_MEMORY_SIZE=settings.max_body)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(OperationalError, answer_busy)
    app.register_error_handler(PoolTimeout, answer_busy)
    app.register_error_handler(DataError, answer_unstorable)
    app.register_error_handler(OverflowError, answer_unstorable)
    if not app.testing:
        # In tests a broken constraint is a fault of ours, to be seen as such.
        app.register_error_handler(IntegrityError, answer_overtaken)
        app.register_error_handler(Exception, _answer_unexpected)
    app.after_request(_finish)
    app.extensions["lms.replica"] = Replica.of(settings, database)
    app.teardown_request(lambda _error: _end(commit=False))
    app.teardown_request(_end_reports)


def is_from_this_machine() -> bool:
    """Whether the caller sits at this machine; behind a proxy that nobody declared everybody would seem to."""
    if not settings().trusted_proxies and any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def commit() -> None:
    """Commit the request's session now and give its lock back; the next `session()` is a new one.

    Class work is committed before the projector runs, so that a projection error cannot lose an event.
    """
    _end(commit=True)


def back(fallback: str = "/") -> Response:
    """See-other to the page the form stood on, when it is one of ours; else to `fallback`."""
    return see(came_from() or fallback)


def came_from() -> str:
    """The page of ours, with its query, on which the link or form stood; empty for any other."""
    page = address_parts(request.referrer or "")
    if page.netloc != request.host:
        return ""
    return own_path(f"{page.path}?{page.query}" if page.query else page.path)


def own_path(address: str) -> str:
    """The address, if it leads nowhere but to a path here; else empty."""
    parts = address_parts(address)
    leads_out = parts.scheme or parts.netloc or parts.path[1:2] in ("/", "\\")
    return address if parts.path.startswith("/") and not leads_out else ""


def see(address: str) -> Response:
    """See-other (303): the browser shows this page of ours with GET."""
    return Response(status=303, headers={"Location": address})
