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
)
from certificates.commands import certificates
from certificates.credentials import pages as credentials
from lms.core.feature import Feature, NavItem
from lms.core.policy import Role

VIEWS = (batch_pages, check_pages, design_pages, form_pages, register_pages)
"""Importing them puts their views on the blueprint."""

FEATURE = Feature(
    "certificates",
    pages=(pages.blueprint, credentials.blueprint),
    api=(api.blueprint,),
    commands=(certificates,),
    listen=events.listen,
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
