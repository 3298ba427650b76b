"""Clients of the cast: a browser of staff, and a class tablet."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.cast import Cast

Browser = Callable[..., FlaskClient]


@pytest.fixture
def browser(app: Flask, cast: Cast) -> Browser:
    """browser(staff=…, learner=…, device=…): a browser that carries these cookies."""

    def make(staff: str = "", learner: str = "", device: str = "") -> FlaskClient:
        client = app.test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        if staff:
            client.set_cookie("lms_staff", cast.staff_tokens[staff])
        if learner:
            client.set_cookie("lms_learner", cast.learner_tokens[learner])
        if device:
            client.set_cookie("lms_device", cast.device_credentials[device])
        return client

    return make
