"""What the tests of credentials start from: claims, a signer, a credential in both forms, what people trust."""

import json
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from certificates.credentials import forms
from certificates.credentials.did import PublicKey, did_of
from certificates.credentials.signing import signer_of
from certificates.issuer import Issuer
from certificates.rules import Claims
from lms.core import clock
from lms.core.keys import Keys, make_keys

BASE = "https://lop.tanbinhthuong.example"
KEYS = make_keys()
AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TOKEN = "TBT.ABCDEFGHJKLMNPQRSTUVWXYZ23"
CLAIMS = Claims(
    number="000007/2026/TBT", name="Nguyễn Thị Lan", birth_date=None, birth_year=1961,
    commune="xã Tân Bình Thượng", place="Tân Bình Thượng", province="tỉnh Mẫu",
    programme_code="nguoi-dan", programme="Kỹ năng số cho người dân", level="basic",
    level_title="Cơ bản", hours=8, proof="task_observed", completed_on="2026-11-20",
    where="Nhà văn hóa thôn Đông", issued_on="2026-11-21",
    skills=("Dùng điện thoại", "Gọi video"), tasks=("Gọi video",), frameworks=("digcomp-2-2:2.1",),
)  # fmt: skip


def made(
    claims: Claims = CLAIMS, keys: Keys = KEYS, code: str = "TBT", base: str = BASE
) -> dict[str, str]:
    """Both forms of a credential as text: {'jwt': …, 'ld': …}."""
    with clock.frozen(AT):
        found = forms(claims, TOKEN, Issuer(base, keys), code)
    return {kind: zlib.decompress(body).decode() for kind, _template, body, _digest in found}


def trusting(*keys: Keys, code: str = "TBT", until: datetime | None = None) -> Any:
    """Keys of one commune that a reader trusts."""
    mine = [replace(signer_of(one).key, until=until) for one in keys or (KEYS,)]
    found: Mapping[str, PublicKey] = {key.kid: key for key in mine}
    return {did_of(BASE, code): found}.get


def claims_like(**changed: Any) -> Claims:
    """The sample's claims, but for these."""
    return replace(CLAIMS, **changed)


def parsed(text: str) -> dict[str, Any]:
    """A credential's JSON."""
    found: dict[str, Any] = json.loads(text)
    return found
