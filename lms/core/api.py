"""JSON under /api/v1: flask-smorest with problem+json, OpenAPI 3.1 and a docs page of our own."""

import gzip
import json
from typing import Any

import marshmallow as ma
from flask import Blueprint as Pages
from flask import Flask, Response, jsonify, render_template, request
from flask_smorest import Api, Blueprint
from flask_smorest.pagination import PaginationParameters
from marshmallow import validate
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from lms.core.errors import Invalid, Refusal
from lms.core.i18n import _
from lms.core.policy import PUBLIC, allow
from lms.core.web import answer_http

__all__ = ["ApiBlueprint", "In", "Out", "init_app"]

PREFIX = "/api/v1"
LAST_PAGE = 100_000
WORTH_PACKING = 1400
"""Bytes: what fits one packet of the network gains nothing."""


class In(ma.Schema):
    """Base of what comes in: unknown and read-only fields are refused with 422."""

    class Meta:
        unknown = ma.RAISE
        ordered = True

    error_messages = {
        "unknown": "Trường này không có; hãy bỏ đi.",
        "type": "Nội dung không đúng dạng.",
    }


class Out(ma.Schema):
    """Base of what goes out; only the fields named here leave the service."""


class JsonParser(FlaskParser):
    """Reads a JSON body; one that no program of ours could have written is refused in one sentence."""

    def load_json(self, req: Any, schema: Any) -> Any:
        """The decoded body. Too deep, numbers too long, or text that is no Unicode: 400."""
        try:
            data = super().load_json(req, schema)
            if data is not ma.missing:
                json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as error:
            raise Refusal(_("Nội dung JSON không đọc được. Hãy kiểm tra rồi gửi lại.")) from error
        return data


class ApiBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest ships no types.
    """A blueprint of operations; lists are paginated by `page` and `page_size` (at most 200)."""

    ARGUMENTS_PARSER = JsonParser()
    DEFAULT_PAGINATION_PARAMETERS: dict[str, Any] = {
        "page": 1,
        "page_size": 50,
        "max_page_size": 200,
    }


class _Api(Api):  # type: ignore[misc]  # flask-smorest ships no types.
    def handle_http_exception(self, error: HTTPException) -> Response:
        return answer_http(error)


def translate_messages() -> None:
    """marshmallow's own messages in Vietnamese, once for the process."""
    ma.fields.Field.default_error_messages.update(
        required="Thiếu thông tin này; hãy điền vào.",
        null="Không được để trống; hãy điền vào.",
        validator_failed="Giá trị không hợp lệ.",
    )
    words = {
        ma.fields.String: {"invalid": "Phải là chữ.", "invalid_utf8": "Chữ không đúng mã UTF-8."},
        ma.fields.Integer: {"invalid": "Phải là số nguyên.", "too_large": "Số quá lớn."},
        ma.fields.UUID: {"invalid_uuid": "Mã định danh không đúng dạng UUID."},
        ma.fields.Boolean: {"invalid": "Phải là true hoặc false."},
        ma.fields.Date: {"invalid": "Ngày phải có dạng năm-tháng-ngày, ví dụ 2026-11-21."},
        ma.fields.List: {"invalid": "Phải là một danh sách."},
        ma.fields.Dict: {"invalid": "Phải là một nhóm tên và giá trị."},
    }
    for kind, messages in words.items():
        kind.default_error_messages.update(messages)  # type: ignore[attr-defined]  # A dict of classes loses their common base.
    _translate_validators()


def _translate_validators() -> None:
    validate.OneOf.default_message = "Hãy chọn một trong: {choices}."
    validate.Regexp.default_message = "Chưa đúng cách viết; hãy xem tài liệu API."
    validate.Length.message_min = "Ngắn quá: ít nhất {min}."
    validate.Length.message_max = "Dài quá: nhiều nhất {max}."
    validate.Length.message_all = "Độ dài phải từ {min} đến {max}."
    validate.Length.message_equal = "Độ dài phải là {equal}."
    validate.Range.message_min = "Phải {min_op} {{min}}."
    validate.Range.message_max = "Phải {max_op} {{max}}."
    validate.Range.message_all = "Phải {min_op} {{min}} và {max_op} {{max}}."
    validate.Range.message_gte, validate.Range.message_gt = "từ", "lớn hơn"
    validate.Range.message_lte, validate.Range.message_lt = "không quá", "nhỏ hơn"


# A field takes its messages when it is made, so they must be Vietnamese before any schema is imported.
translate_messages()


def type_words(schema: dict[str, Any]) -> str:
    """A field's type as words for the docs page: 'string (uuid)', 'list of PersonOut'."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "items" in schema:
        return f"list of {type_words(schema['items'])}"
    kind = schema.get("type", "any")
    words = " | ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{words} ({schema['format']})" if "format" in schema else words


def schema_name(body: dict[str, Any]) -> str:
    """The name of a body's schema, for the docs page."""
    return f" – {type_words(body['schema'])}" if body.get("schema") else ""


def init_app(app: Flask, blueprints: list[Blueprint]) -> Api:
    """Register the operations, /api/v1/openapi.json and the docs page /api/docs."""
    app.config.update(
        API_TITLE="Lớp Học Số",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
    )
    api = _Api(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint, url_prefix=PREFIX + (blueprint.url_prefix or ""))
    docs = Pages("docs", __name__)

    @docs.get(f"{PREFIX}/openapi.json")
    @allow(PUBLIC)
    def openapi() -> Response:
        return jsonify(api.spec.to_dict())

    @docs.get("/api/docs")
    @allow(PUBLIC)
    def page() -> str:
        return render_template(
            "core/api_docs.html",
            spec=api.spec.to_dict(),
            schema_name=schema_name,
            type_words=type_words,
        )

    app.register_blueprint(docs)
    app.after_request(_packed)
    return api


def _packed(answer: Response) -> Response:
    """What is read is sent compressed where that pays: a hall's line is slower than our processor."""
    wanted = "gzip" in request.headers.get("Accept-Encoding", "")
    is_ours = request.method == "GET" and request.path.startswith(PREFIX)
    if not (wanted and is_ours and answer.mimetype == "application/json"):
        return answer
    if answer.is_streamed or "Content-Encoding" in answer.headers:
        return answer
    if len(answer.get_data()) >= WORTH_PACKING:
        answer.set_data(gzip.compress(answer.get_data(), 5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def paging(parameters: PaginationParameters) -> tuple[int, int]:
    """(offset, limit) of a paginated query."""
    if parameters.page > LAST_PAGE:
        words = _("Số trang quá lớn. Hãy bắt đầu từ trang 1.")
        raise Invalid(words, fields={"page": [words]})
    return parameters.first_item, parameters.page_size
