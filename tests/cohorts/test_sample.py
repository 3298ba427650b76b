"""In a sample commune anybody may make the browser a tablet."""

import pytest
from flask import Flask

from lms.core.db import Database
from lms.people.models import Commune

pytestmark = pytest.mark.db


def test_the_sample_commune_offers_its_one_button(app: Flask, database: Database) -> None:
    with database.write() as session:
        session.add(
            Commune(short_code="MAU", kind="xa", name="Mẫu", province="Tỉnh Mẫu", is_sample=True)
        )
    client = app.test_client()
    client.environ_base["HTTP_ORIGIN"] = "http://localhost"
    assert "Dùng thử máy này làm máy lớp" in client.get("/vao-lop").get_data(as_text=True)
    assert client.post("/vao-lop/may-thu").location == "/vao-lop"
    assert "Nhập mã lớp" in client.get("/vao-lop").get_data(as_text=True)
