"""On the box, for its trainer: how much has come home, and the two ways home: the network and a stick."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request

from lms.core import lan, qr, web
from lms.core.errors import Invalid, Refusal
from lms.core.i18n import _
from lms.core.policy import TEACHING, allow
from lms.offline.box import carrying, counting, sending, sticks
from lms.offline.box.files import attachment
from lms.offline.box.here import require_box

blueprint = Blueprint("own_box", __name__)
HERE = "may-nay"
"""Value of the form's `stick` that means a folder of this machine."""
BROWSER = "trinh-duyet"
"""And the one that means a download."""
Answer = str | tuple[str, int]


@blueprint.get("/viec-ve-xa")
@allow(TEACHING)
def page() -> Answer:
    """One large status and the buttons."""
    return _page()


def _page(status: int = 200, **told: Any) -> Answer:
    session = web.session()
    own = require_box(session)
    where = _address()
    shown = {
        "own": own, "progress": counting.progress(session, own), "sticks": sticks.found(),
        "address": where, "code": qr.svg(where, _("Mã QR của máy lớp")) if where else "",
        "at_the_box": _is_at_the_box(), "folder": _folder(),
    }  # fmt: skip
    return render_template("offline/own_box.html", **shown, **told), status


def _address() -> str:
    """Where tablets of the room reach this machine; empty while it is in no network."""
    found = lan.addresses()
    port = request.host.rpartition(":")[2]
    return f"http://{found[0]}:{port if port.isdigit() else '80'}/" if found else ""


def _is_at_the_box() -> bool:
    """Whether the one who asks sits at this very machine: sticks are plugged in here."""
    return request.remote_addr in ("127.0.0.1", "::1", *lan.addresses())


def _folder() -> Path:
    return web.settings().data_dir.resolve() / "gui-ve-xa"


@blueprint.post("/viec-ve-xa/gui")
@allow(TEACHING)
def send() -> Answer:
    """Send everything that waits over the network, and take what the commune tells."""
    try:
        done = sending.send(web.database(), web.keys())
    except Refusal as fault:
        return _page(fault.status, wrong=fault.message)
    return _page(sent=done)


@blueprint.post("/viec-ve-xa/usb")
@allow(TEACHING)
def to_stick() -> Answer | Response:
    """Write everything that waits to the stick of the form's `stick`, to a folder here, or to the browser."""
    if request.form.get("stick") == BROWSER:
        name, body = carrying.in_one_file(web.database(), web.keys())
        return attachment(name, body)
    try:
        written = carrying.write_bundles(web.database(), web.keys(), _chosen())
    except (Refusal, OSError) as fault:
        return _page(422, wrong=_why(fault))
    return _page(written=[path.name for path in written], folder_used=written[0].parent)


def _why(fault: Refusal | OSError) -> str:
    if isinstance(fault, Refusal):
        return fault.message
    return _("Không ghi hoặc không đọc được USB. Hãy rút ra, cắm lại, hoặc dùng USB khác.")


def _chosen() -> Path:
    """The folder of the stick that was chosen; Invalid when it is no longer there."""
    name = request.form.get("stick", "")
    if name == HERE:
        return _folder()
    found = next((one for one in sticks.found() if str(one.path) == name), None)
    if found is None:
        words = _("Chưa thấy USB. Hãy cắm USB vào máy lớp, đợi vài giây rồi bấm lại.")
        raise Invalid(words, fields={"stick": [words]})
    return found.folder


@blueprint.post("/viec-ve-xa/nhan")
@allow(TEACHING)
def take() -> Answer:
    """Take what the commune sent: files of the form's `file`, else what lies on the chosen stick."""
    uploaded = [(one.filename or "", one.read()) for one in request.files.getlist("file") if one]
    try:
        files = uploaded or carrying.on_stick(_chosen())
        brought = carrying.take_files(web.database(), web.keys(), files)
    except (Refusal, OSError) as fault:
        return _page(422, wrong=_why(fault))
    return _page(422 if brought.wrong else 200, brought=brought)
