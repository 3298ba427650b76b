"""What this package brings to the app: reports that are sent, shown and read by other systems."""

from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.reports import (
    audit_words,
    commend_list_pages,
    commend_pages,
    document_pages,
    document_setting_pages,
    document_text_pages,
    feed_api,
    feed_pages,
    province_pages,
    public_open,
    public_pages,
)
from lms.reports.document_cli import document
from lms.reports.feed_cli import feed

VIEWS = (
    document_pages,
    document_text_pages,
    document_setting_pages,
    commend_list_pages,
    public_open,
)
"""Importing them puts their views on the blueprints."""

FEATURE = Feature(
    "reports",
    pages=(
        document_pages.blueprint,
        feed_pages.blueprint,
        commend_pages.blueprint,
        province_pages.blueprint,
        public_pages.blueprint,
    ),
    api=(feed_api.blueprint,),
    commands=(document, feed),
    listen=audit_words.listen,
    nav=(
        NavItem("Toàn tỉnh", "province.sums", "chart", frozenset({Role.PROVINCE_READER}), order=10),
        NavItem(
            "Trang công khai",
            "public.office",
            "eye",
            frozenset({Role.OFFICER, Role.ADMINISTRATOR}),
            order=45,
        ),
    ),
)
