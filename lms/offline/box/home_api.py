"""A box sends its bundles over a network: the signature in the bundle is the credential."""

import sys

from flask import Response, request

from lms.core import web
from lms.core.api import ApiBlueprint
from lms.core.errors import TooLarge
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.ledger.web import project_after
from lms.offline.box.models import Box
from lms.offline.box.receiving import Received, receive
from lms.offline.box.snapshots import newer_than

blueprint = ApiBlueprint("box", __name__, description="Máy lớp gửi việc đã làm về xã.")
BINARY = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}
LARGEST = 8 * 1024 * 1024
"""Bytes of a bundle: four times what the largest has."""


@blueprint.post("/sync/box/bundles")
@blueprint.doc(requestBody=BINARY, responses={200: {"description": "Biên nhận có ký", **BINARY}})
@allow(PUBLIC)
def post_bundle() -> Response:
    """Take a signed, sealed bundle of a box in and answer with its signed receipt; repeating is harmless.

    Behind the receipt stands the newest snapshot for that box, when `have` names an older one.
    """
    done: Received = receive(web.database(), web.keys(), _body())
    body = done.receipt + _snapshot(done)
    answer = Response(body, content_type="application/octet-stream")
    return project_after(answer, done.commune_id)


def _snapshot(done: Received) -> bytes:
    """What the box is to be told; it is sealed for that box, whoever asked."""
    typed = request.args.get("have", "")
    if not (typed.isascii() and typed.isdigit() and len(typed) < 12):
        return b""
    session = web.session()
    box = session.get_one(Box, (done.commune_id, done.box_id))
    return newer_than(session, web.keys(), box, int(typed))


def _body() -> bytes:
    """A box that is told 413 keeps everything, like for any other refusal."""
    request.max_content_length = sys.maxsize
    raw = request.stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise TooLarge(_("Gói của máy lớp quá lớn. Hãy cập nhật phần mềm của máy lớp rồi gửi lại."))
    return raw
