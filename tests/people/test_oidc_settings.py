"""The file of sign-in providers: what is taken, and what stops the start with a sentence."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lms.core.settings import SettingsError
from lms.people.oidc_claims import Told, shown, told
from lms.people.oidc_settings import Provider, is_safe_address, read

pytestmark = pytest.mark.pure
RIGHT: dict[str, Any] = {
    "key": "tinh", "label": "Tài khoản tỉnh", "issuer": "https://issuer.example/op",
    "client_id": "xa", "client_secret_file": "tinh.secret",
}  # fmt: skip
WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"key": "Tỉnh"}, "key"),
    ({"key": None}, "key"),
    ({"label": ""}, "label"),
    ({"label": "hai\ndòng"}, "label"),
    ({"issuer": "http://issuer.example"}, "issuer"),
    ({"issuer": "https://user@issuer.example"}, "issuer"),
    ({"issuer": "https://issuer.example/#x"}, "issuer"),
    ({"issuer": "https://issuer.example?x=1"}, "issuer"),
    ({"client_id": 7}, "client_id"),
    ({"client_secret_file": "khong-co"}, "client_secret_file"),
    ({"client_secret_file": None}, "client_secret_file"),
    ({"algorithms": ["none"]}, "algorithms"),
    ({"algorithms": ["HS256"]}, "algorithms"),
    ({"algorithms": []}, "algorithms"),
    ({"for": ["everybody"]}, "for"),
    ({"token_auth": "private_key_jwt"}, "token_auth"),
    ({"claims": {"email": "email"}}, "claims"),
    ({"claims": {"name": ""}}, "claims"),
    ({"max_age": 0}, "max_age"),
    ({"max_age": True}, "max_age"),
    ({"userinfo": "yes"}, "userinfo"),
    ({"acr": [1]}, "acr"),
    ({"jwks": "https://issuer.example/jwks"}, "jwks"),
)


def written(folder: Path, *rows: dict[str, Any]) -> Path:
    (folder / "tinh.secret").write_text("bi-mat\n")
    path = folder / "oidc.json"
    path.write_text(json.dumps({"providers": rows}))
    return path


def test_a_wrong_file_says_what_to_mend(tmp_path: Path) -> None:
    for change, named in WRONG:
        with pytest.raises(SettingsError, match=named):
            read(written(tmp_path, RIGHT | change))
    for text in ("", "providers: 1", "[", "providers: [1]"):
        (tmp_path / "x.yaml").write_text(text)
        with pytest.raises(SettingsError):
            read(tmp_path / "x.yaml")
    with pytest.raises(SettingsError):
        read(tmp_path / "khong-co.yaml")
    with pytest.raises(SettingsError, match="issuer"):
        read(written(tmp_path, RIGHT, RIGHT | {"key": "truong"}))


def test_a_right_file_is_taken_and_its_secret_shown_nowhere(tmp_path: Path) -> None:
    row = RIGHT | {"scopes": ["profile"], "for": "learners", "claims": {"name": "HoVaTen"}}
    found = read(written(tmp_path, row))["tinh"]
    assert found.scopes == "openid profile"
    assert found.audiences == {"learners"}
    assert found.claims == {"name": "HoVaTen", "birth_date": "birthdate"}
    assert found.secret == "bi-mat"
    assert "bi-mat" not in repr(found)


def test_addresses_are_https_or_of_this_machine() -> None:
    for address in ("https://a.example/x", "https://a.example:8443"):
        assert is_safe_address(address, local=False)
    assert is_safe_address("http://127.0.0.1:9/x", local=True)
    wrong = ("http://127.0.0.1/", "ftp://a.example", "file:///etc/passwd", "https://", "//a.example",
             "https://a@b.example", "https://a.example/ x", "https://a.example\\@b", "https://[", 7, None,
             "https://a.example:x/", "https://a.example/\n")  # fmt: skip
    assert not [one for one in wrong if is_safe_address(one, local=False)]
    assert not is_safe_address("http://127.0.0.1.a.example/", local=True)


def test_what_a_provider_tells_is_read_and_masked() -> None:
    names = {"name": "HoVaTen", "citizen_id": "SoDinhDanh", "birth_date": "NgaySinh"}
    provider = Provider("tinh", "Tỉnh", "https://a.example", "xa", claims=names)
    claims = {
        "sub": "1",
        "HoVaTen": " Đặng  Văn Oanh ",
        "SoDinhDanh": "001058000123",
        "NgaySinh": "2/3/1958",
    }
    person = told(provider, claims)
    assert person == Told(
        "https://a.example", "1", "Đặng Văn Oanh", "001058000123", date(1958, 3, 2)
    )
    again = shown(person.as_text())
    assert (again.masked_name, again.masked_id) == ("Đặng … Oanh", "… 123")
    odd = {"sub": "1", "HoVaTen": ["x"], "SoDinhDanh": "00105800012٣", "NgaySinh": "30/02/1958"}
    assert told(provider, odd) == Told("https://a.example", "1")
