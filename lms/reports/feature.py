"""What this package brings to the app: reports that are sent, shown and read by other systems."""

from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.core.signals import listen
from lms.people.sessions import RolesTaken
from lms.reports import (
    audit_words,
    calendar_pages,
    commend_list_pages,
    commend_pages,
    document_pages,
    document_setting_pages,
    document_text_pages,
    feed_api,
    feed_pages,
    forgetting,
    province_pages,
    public_open,
    public_pages,
    unit_link_own,
    unit_link_pages,
    unit_link_public,
    unit_link_words,
)
from lms.reports.calendar_actions import end_of_roles
from lms.reports.calendar_cli import calendar
from lms.reports.document_cli import document
from lms.reports.feed_cli import feed
from lms.reports.province_cli import province

VIEWS = (
    document_pages,
    document_text_pages,
    document_setting_pages,
    commend_list_pages,
    public_open,
    unit_link_pages,
)
"""Importing them puts their views on the blueprints."""


def start_listening() -> None:
    """The log learns the words of the package; a calendar's address ends with its account."""
    audit_words.listen()
    unit_link_words.listen()
    forgetting.listen()
    listen(RolesTaken, end_of_roles)


FEATURE = Feature(
    "reports",
    pages=(
        document_pages.blueprint,
        feed_pages.blueprint,
        commend_pages.blueprint,
        province_pages.blueprint,
        public_pages.blueprint,
        calendar_pages.blueprint,
        unit_link_public.blueprint,
        unit_link_own.blueprint,
    ),
    api=(feed_api.blueprint,),
    commands=(calendar, document, feed, province),
    listen=start_listening,
    nav=(
        NavItem(
            "Báo cáo",
            "report_calendar.front",
            "calendar",
            frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.UNIT_REPORTER}),
            order=22,
            also=("/don-vi-bao-cao", "/khen-thuong", "/cong-khai"),
        ),
        NavItem("Toàn tỉnh", "province.sums", "chart", frozenset({Role.PROVINCE_READER}), order=10),
    ),
)
