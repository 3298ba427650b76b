"""The audit log in plain words: who did what to what, without opening the pseudonyms on disk."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from lms.core.audit import AuditEntry
from lms.core.i18n import _, lazy
from lms.people.account_models import STAFF_ROLES
from lms.people.account_queries import account_names
from lms.people.machine_queries import names as machine_names

_WORDS: dict[tuple[str, str], LazyString] = {
    ("init", "commune"): lazy("khởi tạo xã với %(units)s đơn vị"),
    ("imported", "register"): lazy(
        "nhập danh sách dân cư: %(new)s người mới, %(updated)s cập nhật, %(doubtful)s có thể trùng, "
        "%(error)s dòng lỗi bỏ qua"
    ),
    ("undone", "register"): lazy(
        "hoàn tác một lần nhập danh sách: bỏ %(removed)s người, trả lại %(restored)s hồ sơ, giữ %(kept)s hồ sơ"
    ),
    ("added", "person"): lazy("thêm một người vào sổ dân cư tại lớp"),
    ("linked", "person"): lazy("gộp hai hồ sơ của một người"),
    ("unlinked", "person"): lazy("tách lại hai hồ sơ đã gộp"),
    ("told_apart", "person"): lazy("xác nhận hai hồ sơ là hai người khác nhau"),
    ("looked_again", "person"): lazy("bỏ xác nhận hai người khác nhau để xem lại"),
    ("renamed", "unit"): lazy("đổi tên đơn vị %(old)s thành %(new)s từ ngày %(on)s"),
    ("merged", "unit"): lazy("sáp nhập %(old)s vào %(new)s từ ngày %(on)s"),
    ("undone", "unit_change"): lazy("hoàn tác thay đổi đơn vị %(old)s → %(new)s từ ngày %(on)s"),
    ("paired", "mentorship"): lazy("ghép đại sứ số với người được kèm"),
    ("parted", "mentorship"): lazy("thôi kèm từ ngày %(on)s"),
    ("visited", "visit"): lazy("ghi một lần thăm"),
    ("copied_walk", "visit"): lazy("chép phiếu đi từng nhà: %(visits)s lần thăm"),
    ("corrected", "visit"): lazy("sửa một lần thăm, giữ bản cũ"),
    ("took_back", "visit"): lazy("bỏ một lần thăm ghi nhầm"),
    ("restored", "visit"): lazy("lấy lại lần thăm đã bỏ"),
    ("erased", "visit"): lazy("xóa ghi chú thăm theo yêu cầu: %(count)s lần"),
    ("created", "account"): lazy("tạo tài khoản"),
    ("granted", "account"): lazy("cấp thêm vai trò"),
    ("link_made", "account"): lazy("tạo liên kết đặt lại mật khẩu"),
    ("password_set", "account"): lazy("đặt mật khẩu bằng liên kết một lần"),
    ("disabled", "account"): lazy("khóa tài khoản"),
    ("recovered", "account"): lazy("khôi phục tài khoản quản trị từ máy chủ"),
    ("signed_in", "account"): lazy("đăng nhập"),
    ("proved", "account"): lazy("xác nhận lại là mình trước một việc quan trọng"),
    ("revoked_role", "account"): lazy("thu hồi một vai trò"),
    ("link_withdrawn", "account"): lazy("rút lại liên kết một lần"),
    ("password_changed", "account"): lazy("tự đổi mật khẩu"),
    ("own_signed_out", "account"): lazy("tự kết thúc %(sessions)s phiên đăng nhập"),
    ("signed_out", "account"): lazy("kết thúc %(sessions)s phiên đăng nhập của người khác"),
    ("two_steps_on", "account"): lazy("bật xác nhận hai bước"),
    ("two_steps_off", "account"): lazy("tắt xác nhận hai bước"),
    ("two_steps_reset", "account"): lazy("đặt lại xác nhận hai bước của người khác"),
    ("recovery_used", "account"): lazy("dùng một mã dự phòng"),
    ("codes_made", "account"): lazy("tạo mười mã dự phòng mới"),
    ("asked_two_steps", "commune"): lazy("yêu cầu cán bộ xác nhận hai bước"),
    ("freed_two_steps", "commune"): lazy("thôi yêu cầu xác nhận hai bước"),
    ("published", "programme"): lazy("xuất bản chương trình của xã: %(code)s"),
    ("created", "course_draft"): lazy("tạo bản nháp chương trình %(code)s"),
    ("renamed", "course_draft"): lazy("đổi mã bản nháp chương trình %(old)s thành %(code)s"),
    ("removed_file", "course_draft"): lazy("xóa tệp %(path)s trong bản nháp chương trình"),
    ("exported", "audit_log"): lazy("xuất nhật ký: %(rows)s mục"),
    ("rotated", "keys"): lazy("thay khóa niêm phong số định danh: bộ khóa %(old)s thành %(new)s"),
    ("resealed", "keys"): lazy("niêm phong lại bằng bộ khóa %(kid)s: %(rows)s ô"),
    ("deleted", "course_draft"): lazy("xóa bản nháp chương trình %(code)s"),
}


_NAMED = ("account", "machine_client", "machine_token", "machine_use", "machine_records")
"""Kinds whose key is somebody with a name for the eye."""


def say(words: Mapping[tuple[str, str], LazyString]) -> None:
    """Higher packages give the sentences of their own (verb, kind); facts fill `%(name)s`."""
    _WORDS.update(words)


@dataclass(frozen=True)
class Line:
    """One entry of the log for the eye."""

    seq: int
    at: datetime
    who: str
    role: str
    what: str
    about: str
    """The account's name, or the first letters of the pseudonym."""
    key: str
    kind: str


def sentences() -> list[tuple[tuple[str, str], str]]:
    """Every (verb, kind) with its sentence; facts stand in it as `%(name)s`."""
    return [(deed, str(words)) for deed, words in _WORDS.items()]


def told(session: Session, commune_id: UUID, rows: Sequence[AuditEntry]) -> list[Line]:
    """Entries in plain words, in their order."""
    bodies = [json.loads(row.body) for row in rows]
    ids = _accounts(bodies)
    names = account_names(session, ids) | machine_names(session, commune_id, ids)
    return [_line(row, body, names) for row, body in zip(rows, bodies, strict=True)]


def _accounts(bodies: list[dict[str, object]]) -> set[UUID]:
    found: set[UUID] = set()
    for body in bodies:
        by = body["by"]
        if isinstance(by, dict) and by["id"]:
            found.add(UUID(by["id"]))
        if body["kind"] in _NAMED:
            found.add(UUID(str(body["key"])))
    return found


def _line(row: AuditEntry, body: dict[str, object], names: Mapping[UUID, str]) -> Line:
    by, kind, key = body["by"], str(body["kind"]), str(body["key"])
    by = by if isinstance(by, dict) else {}
    who = names.get(UUID(by["id"]), "") if by.get("id") else ""
    about = names.get(UUID(key), "") if kind in _NAMED else key[:8]
    role = STAFF_ROLES.get(str(by.get("role")), _OTHERS.get(str(by.get("role")), ""))
    return Line(row.seq, row.at, who or _("Hệ thống"), str(role), sentence(body), about, key, kind)


_OTHERS = {
    "system": lazy("lệnh trên máy chủ"),
    "learner": lazy("học viên"),
    "device": lazy("máy học"),
    "anonymous": lazy("chưa đăng nhập"),
    "machine": lazy("hệ thống khác"),
}


class _Facts(dict[str, object]):
    """Facts that an older entry may lack are shown as a dash."""

    def __missing__(self, _key: str) -> str:
        return "–"


def sentence(body: dict[str, object]) -> str:
    """What an entry says, in words."""
    words = _WORDS.get((str(body["verb"]), str(body["kind"])))
    facts = body.get("facts")
    if words is None:
        return _("%(verb)s (%(kind)s)", verb=body["verb"], kind=body["kind"])
    return str(words) % _Facts(facts if isinstance(facts, dict) else {})
