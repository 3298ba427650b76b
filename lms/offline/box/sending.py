"""On a box: sending what waits to the commune over a network, a bundle at a time, each with its receipt."""

import http.client
import json
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from lms.core.db import Database
from lms.core.errors import Unavailable
from lms.core.i18n import _
from lms.core.keys import Keys
from lms.offline.box import seal
from lms.offline.box.bundles import make_bundles
from lms.offline.box.here import require_box
from lms.offline.box.receipts import take_receipt
from lms.offline.box.snapshots import take_snapshot

PATH = "/api/v1/sync/box/bundles"
SECONDS = 60.0
AT_MOST = seal.LARGEST
"""Bytes of an answer that are read: a receipt, and a snapshot behind it when there is a newer one."""


@dataclass(frozen=True)
class SentHome:
    """What a sending did."""

    files: int
    confirmed: int
    held: int
    snapshot: int
    """Number of the newest snapshot that the commune has for this box."""
    is_told: bool
    """Something new of the commune came with the answer and is in place."""


class NotSent(Unavailable):
    """The commune was not reached, or refused; everything is kept. `status` of HTTP stays 503."""


def send(database: Database, keys: Keys, address: str = "") -> SentHome:
    """Send everything that waits; NotSent says why not, and what was confirmed before it stays so.

    It works in transactions of its own, none of which is open while it waits for the network.
    """
    with database.write() as session:
        address = address or require_box(session).commune_url
        parts = _address(address)
        files = make_bundles(session, keys, "net")
    confirmed = held = snapshot = 0
    is_told = False
    for raw in files:
        receipt, *more = seal.pieces(_post(parts, raw, _have(database)))
        with database.write() as session:
            taken = take_receipt(session, keys, receipt)
        is_told |= any(_told(database, keys, one) for one in more)
        confirmed, held = confirmed + taken.confirmed, held + taken.held
        snapshot = max(snapshot, taken.snapshot)
    return SentHome(len(files), confirmed, held, snapshot, is_told)


def _have(database: Database) -> int:
    with database.read() as session:
        return require_box(session).snapshot_number


def _told(database: Database, keys: Keys, raw: bytes) -> bool:
    with database.write() as session:
        return take_snapshot(session, keys, raw).is_new


def _address(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise NotSent(
            _(
                "Máy lớp chưa biết địa chỉ của xã trên mạng. Hãy chép ra USB mang về xã, hoặc hỏi quản trị "
                "viên của xã địa chỉ rồi chạy 'lms box send --to https://…'."
            )
        )
    return parts


def _line(parts: SplitResult) -> http.client.HTTPConnection:
    host = parts.hostname or ""
    if parts.scheme == "http":
        return http.client.HTTPConnection(host, parts.port, timeout=SECONDS)
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return http.client.HTTPSConnection(host, parts.port, timeout=SECONDS, context=context)


def _post(parts: SplitResult, raw: bytes, have: int) -> bytes:
    """The answer's bytes; NotSent for whatever is not one. Redirects are not followed."""
    line = _line(parts)
    try:
        path = f"{parts.path.rstrip('/')}{PATH}?have={have}"
        line.request("POST", path, raw, {"Content-Type": "application/octet-stream"})
        answer = line.getresponse()
        body = answer.read(AT_MOST + 1)
    except (OSError, http.client.HTTPException) as error:
        raise NotSent(_not_reached()) from error
    finally:
        line.close()
    if answer.status != 200 or len(body) > AT_MOST:
        raise NotSent(_refused(answer.status, body))
    return body


def _not_reached() -> str:
    return _(
        "Chưa tới được máy chủ của xã. Việc vẫn còn đủ trên máy lớp. Hãy kiểm tra mạng rồi bấm lại, hoặc chép "
        "ra USB."
    )


def _refused(status: int, body: bytes) -> str:
    """The commune's own sentence where it said one."""
    try:
        said = str(json.loads(body)["detail"])[:500]
    except (ValueError, KeyError, TypeError):
        said = _("Máy chủ trả lời %(status)s.", status=status)
    return _("Xã chưa nhận: %(said)s Việc vẫn còn đủ trên máy lớp.", said=said)
