"""security.txt, and schemas that take no field they do not name."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from marshmallow import RAISE, ValidationError, class_registry

from lms.core.pages import contact_address
from lms.core.settings import Settings
from lms.core.web import FORWARDED

Count = Callable[[str, object], None]
PRIVILEGED = (
    "id", "commune_id", "account_id", "role", "roles", "scopes", "is_sample", "made_by", "made_at",
    "disabled_at", "password_hash", "status", "state", "proof", "sha256", "number", "seq", "revision",
    "__class__", "_csrf", "$where", "constructor",
)  # fmt: skip


@pytest.mark.db
def test_security_txt_is_there_when_somebody_is_named(app: Flask, settings: Settings) -> None:
    client = app.test_client()
    assert client.get("/.well-known/security.txt").status_code == 404
    app.extensions["lms.settings"] = replace(
        settings, security_contact="an-ninh@xa.example", public_url="https://lop.xa.example"
    )
    text = client.get("/.well-known/security.txt").text
    assert text.startswith("Contact: mailto:an-ninh@xa.example\nExpires: 20")
    assert "Canonical: https://lop.xa.example/.well-known/security.txt" in text


@pytest.mark.db
def test_whoever_comes_through_a_proxy_is_not_at_this_machine(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/metrics").status_code == 200
    for name in FORWARDED:
        answer = client.get("/metrics", headers={name: "127.0.0.1"})
        assert answer.status_code == 403, name


@pytest.mark.pure
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("https://xa.example/bao-loi", "https://xa.example/bao-loi"),
        ("mailto:a@b.vn", "mailto:a@b.vn"),
        (" a@b.vn ", "mailto:a@b.vn"),
        ("javascript:alert(1)", ""),
        ("a@b.vn\nExpires: 1999-01-01T00:00:00Z", ""),
        ("", ""),
    ],
)
def test_only_an_address_becomes_the_contact(given: str, shown: str) -> None:
    assert contact_address(given) == shown


@pytest.mark.pure
def test_a_schema_refuses_every_field_that_it_does_not_name(
    built_app: Flask, record_property: Count
) -> None:
    assert built_app  # Building it loads every schema.
    known = [one for kinds in class_registry._registry.values() for one in kinds]
    schemas = {
        one for one in known
        if isinstance(one, type) and one.__name__.endswith(("In", "Asked", "Body"))
        and one.__module__.split(".")[0] in ("lms", "courses", "assessments", "certificates")
    }  # fmt: skip
    tried = 0
    for kind in schemas:
        schema = kind()  # type: ignore[operator]  # The registry holds classes.
        named = {field.data_key or name for name, field in schema.load_fields.items()}
        for name in set(PRIVILEGED) - named:
            tried += 1
            with pytest.raises(ValidationError) as caught:
                schema.load({name: "x"}, unknown=None)
            assert name in caught.value.messages, (kind, name)
        assert schema.unknown == RAISE
    assert len(schemas) > 10
    record_property("count: mass-assignment fields refused", tried)
