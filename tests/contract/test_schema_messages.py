"""What a schema refuses is said in Vietnamese, also for fields that were made before the app was."""

import pytest
from flask import Flask

from lms.core.ids import uuid7
from tests.cast import Cast


@pytest.mark.db
def test_a_missing_and_a_mistyped_field_are_named_in_vietnamese(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    client.set_cookie("lms_learner", cast.learner_tokens["lan"])
    answer = client.put(
        f"/api/v1/attempts/{uuid7()}",
        json={"seed": 1, "nickname": "x"},
        headers={"Origin": "http://localhost"},
    )
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["errors"]["json"] == {
        "kind": ["Thiếu thông tin này; hãy điền vào."],
        "seed": ["Phải là chữ."],
        "nickname": ["Trường này không có; hãy bỏ đi."],
    }
