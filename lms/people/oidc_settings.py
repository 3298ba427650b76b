"""Which sign-in providers there are: read from the file of LMS_OIDC_FILE, checked before the service starts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from lms.core.settings import SettingsError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384")
"""With a public key only: with HS256 the provider's public key, which everybody has, would be the secret."""
AUTHS = ("client_secret_basic", "client_secret_post", "none")
AUDIENCES = ("staff", "learners")
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_CLAIMS = ("name", "citizen_id", "birth_date")
_FIELDS = frozenset(
    ("key", "label", "issuer", "client_id", "client_secret_file", "scopes", "for", "communes", "claims",
     "acr", "max_age", "algorithms", "token_auth", "userinfo", "vouches_citizen_id", "second_step",
     "sign_out")
)  # fmt: skip


@dataclass(frozen=True)
class Provider:
    """One sign-in provider as whoever runs the service described it."""

    key: str
    label: str
    """What the button says, such as 'Tài khoản công vụ tỉnh'."""
    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    scopes: str = "openid"
    audiences: frozenset[str] = frozenset({"staff"})
    communes: tuple[str, ...] = ()
    """Short codes; empty means every commune of the service."""
    claims: Mapping[str, str] = field(default_factory=dict)
    """name, citizen_id, birth_date → what the provider calls them."""
    acr: tuple[str, ...] = ()
    max_age: int | None = None
    algorithms: tuple[str, ...] = ("RS256", "ES256")
    token_auth: str = "client_secret_basic"  # noqa: S105 - the name of a method.
    userinfo: bool = False
    vouches_citizen_id: bool = False
    """Whether the provider checked the citizen id itself, so that it may name a person without review."""
    second_step: bool = False
    """Whether the provider asks for a second step itself, so that ours is not asked again."""
    sign_out: bool = False

    @property
    def is_local(self) -> bool:
        """Whether it runs on this very machine, where plain http is read by nobody else."""
        return urlsplit(self.issuer).scheme == "http"


def read(path: Path) -> dict[str, Provider]:
    """Key → provider, in the file's order; SettingsError names the provider and what to write."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(f"LMS_OIDC_FILE: không đọc được tệp {path}.") from None
    except (yaml.YAMLError, UnicodeError):
        raise SettingsError(f"LMS_OIDC_FILE: tệp {path} không phải YAML hoặc JSON đúng.") from None
    rows = data.get("providers") if isinstance(data, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingsError("LMS_OIDC_FILE: cần một danh sách tên là 'providers'.")
    found = [_provider(row, path.parent) for row in rows]
    for what in ("key", "issuer"):
        names = [getattr(one, what) for one in found]
        double = next((name for name in names if names.count(name) > 1), None)
        if double:
            raise SettingsError(
                f"LMS_OIDC_FILE: {what} {double!r} có hai lần; mỗi nơi chỉ ghi một lần."
            )
    return {one.key: one for one in found}


def _provider(row: Mapping[str, Any], folder: Path) -> Provider:
    key = row.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise SettingsError("LMS_OIDC_FILE: 'key' phải là chữ thường, số và dấu gạch, ví dụ: tinh.")
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise SettingsError(f"LMS_OIDC_FILE, {key}: không biết mục {unknown[0]!r}.")
    take = _Taker(key, row)
    token_auth = take.text("token_auth", "client_secret_basic")
    return Provider(
        key, take.text("label"), _issuer(take), take.text("client_id"),
        secret=_secret(take, folder, token_auth),
        scopes=_scopes(take),
        audiences=frozenset(take.several("for", ("staff",), AUDIENCES)),
        communes=take.several("communes"),
        claims=_claims(take),
        acr=take.several("acr"),
        max_age=_max_age(take),
        algorithms=take.several("algorithms", ("RS256", "ES256"), ALGORITHMS),
        token_auth=token_auth if token_auth in AUTHS else take.wrong("token_auth", ", ".join(AUTHS)),
        userinfo=take.truth("userinfo"), vouches_citizen_id=take.truth("vouches_citizen_id"),
        second_step=take.truth("second_step"), sign_out=take.truth("sign_out"),
    )  # fmt: skip


class _Taker:
    """Takes one provider's fields, and says of a wrong one what to write."""

    def __init__(self, key: str, row: Mapping[str, Any]) -> None:
        self.key, self.row = key, row

    def wrong(self, name: str, wanted: str) -> Any:
        raise SettingsError(f"LMS_OIDC_FILE, {self.key}: '{name}' phải là {wanted}.")

    def text(self, name: str, default: str | None = None) -> str:
        value = self.row.get(name, default)
        is_text = isinstance(value, str) and value.strip() and value.isprintable()
        return value.strip() if is_text else self.wrong(name, "một dòng chữ")  # type: ignore[no-any-return]  # It is text there.

    def several(
        self, name: str, default: tuple[str, ...] = (), among: tuple[str, ...] = ()
    ) -> tuple[str, ...]:
        value = self.row.get(name, list(default))
        value = [value] if isinstance(value, str) else value
        is_right = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
        if not is_right or (among and (not value or not set(value) <= set(among))):
            self.wrong(name, f"một danh sách{' trong: ' + ', '.join(among) if among else ''}")
        return tuple(value)

    def truth(self, name: str) -> bool:
        value = self.row.get(name, False)
        return value if isinstance(value, bool) else bool(self.wrong(name, "true hoặc false"))


def _issuer(take: _Taker) -> str:
    issuer = take.text("issuer")
    if not is_safe_address(issuer, local=True) or urlsplit(issuer).query:
        take.wrong("issuer", "một địa chỉ https, đúng từng chữ như nhà cung cấp công bố")
    return issuer


def is_safe_address(address: object, *, local: bool) -> bool:
    """https, or with `local` http on this very machine; no user, no fragment, nothing unprintable."""
    if not isinstance(address, str) or len(address) > 2000 or not address.isascii():
        return False
    if not address.isprintable() or " " in address or "\\" in address:
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    is_secret = parts.scheme == "https" or (
        local and parts.scheme == "http" and parts.hostname in _LOOPBACK
    )
    return is_secret and bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment


def _scopes(take: _Taker) -> str:
    scopes = " ".join(take.several("scopes", ("openid",))).split()
    return " ".join(dict.fromkeys(["openid", *scopes]))


def _claims(take: _Taker) -> dict[str, str]:
    given = take.row.get("claims", {})
    if not isinstance(given, dict) or not set(given) <= set(_CLAIMS):
        take.wrong("claims", f"các mục {', '.join(_CLAIMS)}")
    if not all(isinstance(name, str) and name for name in given.values()):
        take.wrong("claims", "tên mục thông tin mà nhà cung cấp dùng")
    return {"name": "name", "birth_date": "birthdate", **given}


def _max_age(take: _Taker) -> int | None:
    value = take.row.get("max_age")
    if value is None:
        return None
    is_right = isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 86400
    return value if is_right else int(take.wrong("max_age", "số giây từ 1 đến 86400"))


def _secret(take: _Taker, folder: Path, token_auth: str) -> str:
    name = take.row.get("client_secret_file")
    if name is None:
        if token_auth != "none":  # noqa: S105 - the name of a method.
            take.wrong("client_secret_file", "tên tệp giữ mã bí mật (hoặc ghi token_auth: none)")
        return ""
    path = folder / take.text("client_secret_file")
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError):
        secret = ""
    is_right = secret and secret.isascii() and secret.isprintable()
    return secret if is_right else str(take.wrong("client_secret_file", f"tệp đọc được: {path}"))
