"""What this package brings to the app."""

from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.people import (
    account_pages,
    api,
    duplicate_pages,
    import_pages,
    pages,
    sessions,
    shell,
    unit_pages,
)
from lms.people.blueprint import blueprint
from lms.people.cli import audit_group, people

_REGISTRARS = frozenset({Role.OFFICER, Role.ADMINISTRATOR})

NAV = (
    NavItem("Dân cư", "people.people", "people", _REGISTRARS | {Role.UNIT_REPORTER}, 40),
    NavItem("Đơn vị", "people.units", "building", _REGISTRARS | {Role.UNIT_REPORTER}, 45),
    NavItem("Tài khoản", "people.accounts_page", "key", frozenset({Role.ADMINISTRATOR}), 80),
    NavItem("Nhật ký", "people.audit_log", "document", frozenset({Role.ADMINISTRATOR}), 90),
)
VIEWS = (account_pages, duplicate_pages, import_pages, pages, unit_pages)
"""Importing them puts their views on the blueprint."""

FEATURE = Feature(
    "people",
    pages=(blueprint,),
    api=(api.blueprint,),
    commands=(people, audit_group),
    resolvers=(sessions.resolve,),
    nav=NAV,
    init_app=shell.init_app,
)
