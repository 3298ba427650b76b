"""What this package brings to the app."""

from certificates import (
    api,
    batch_pages,
    check_pages,
    design_pages,
    events,
    form_pages,
    pages,
    register_pages,
    tracing,
)
from certificates.commands import certificates
from certificates.credentials import pages as credentials
from lms.core.feature import Feature, NavItem
from lms.core.policy import Role

VIEWS = (batch_pages, check_pages, design_pages, form_pages, register_pages)
"""Importing them puts their views on the blueprint."""


def start_listening() -> None:
    """Merges, words of the log, and under which ids the log speaks of a person."""
    events.listen()
    tracing.listen()


FEATURE = Feature(
    "certificates",
    pages=(pages.blueprint, credentials.blueprint),
    api=(api.blueprint,),
    commands=(certificates,),
    listen=start_listening,
    nav=(
        NavItem(
            "Sổ cấp giấy",
            "certificates.register_page",
            "certificate",
            frozenset({Role.OFFICER, Role.ADMINISTRATOR}),
            30,
            also=("/giay-chung-nhan",),
        ),
    ),
)
