"""The player's document, worker and manifest: the same for everybody, small, and never personal."""

import gzip
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast

pytestmark = pytest.mark.db


@pytest.fixture
def client(app: Flask, cast: Cast) -> FlaskClient:
    return app.test_client()


def test_the_document_is_the_same_for_everybody_and_sets_nothing(client: FlaskClient) -> None:
    first = client.get("/may-hoc")
    client.set_cookie("lms_device", "TBT.x")
    client.set_cookie("lms_learner", "TBT.y")
    second = client.get("/may-hoc")
    assert first.data == second.data
    assert "Set-Cookie" not in second.headers
    assert second.headers["Cache-Control"] == "no-cache"


def test_it_is_asked_for_again_without_being_sent_again(client: FlaskClient) -> None:
    for path in ("/may-hoc", "/sw.js", "/ung-dung.webmanifest"):
        etag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": etag}).status_code == 304


def test_it_travels_compressed(client: FlaskClient) -> None:
    packed = client.get("/may-hoc", headers={"Accept-Encoding": "gzip"})
    plain = client.get("/may-hoc")
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


def test_pictures_of_the_store_may_be_shown_here_and_nowhere_else(client: FlaskClient) -> None:
    assert "img-src 'self' blob:" in client.get("/may-hoc").headers["Content-Security-Policy"]
    assert "blob:" not in client.get("/vao-lop").headers["Content-Security-Policy"]


def test_without_scripts_it_leads_to_the_plain_pages(client: FlaskClient) -> None:
    page = client.get("/may-hoc").text
    assert re.search(r'<noscript><meta http-equiv="refresh" content="0; url=/vao-lop', page)


def test_everything_that_the_worker_keeps_is_there(client: FlaskClient) -> None:
    source = client.get("/sw.js").text
    told = json.loads(source.partition("const TOLD = ")[2].partition(";\n")[0])
    assert {client.get(path).status_code for path in told["shell"]} == {200}
    assert told["player"] in told["shell"]


def test_the_manifest_names_icons_that_are_there(client: FlaskClient) -> None:
    told = client.get("/ung-dung.webmanifest").get_json(force=True)
    assert told["start_url"] == "/may-hoc"
    assert {client.get(icon["src"]).status_code for icon in told["icons"]} == {200}
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}
