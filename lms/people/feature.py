"""What this package brings to the app."""

from flask import Flask

from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.people import (
    account_office_pages,
    account_pages,
    api,
    audit_pages,
    duplicate_pages,
    import_pages,
    machine_pages,
    machine_tokens,
    machine_use,
    machine_words,
    oidc_doors,
    oidc_identities,
    oidc_pages,
    oidc_review_pages,
    oidc_words,
    own_account_pages,
    pages,
    privacy_office_pages,
    privacy_pages,
    privacy_retention,
    privacy_words,
    proof_pages,
    second_step_pages,
    sessions,
    shell,
    unit_pages,
)
from lms.people.account_cli import account
from lms.people.audit_cli import audit_group
from lms.people.blueprint import blueprint
from lms.people.cli import people
from lms.people.machine_cli import machine
from lms.people.privacy_cli import privacy

_REGISTRARS = frozenset({Role.OFFICER, Role.ADMINISTRATOR})

NAV = (
    NavItem("Dân cư", "people.people", "people", _REGISTRARS | {Role.UNIT_REPORTER}, 40),
    NavItem("Đơn vị", "people.units", "building", _REGISTRARS | {Role.UNIT_REPORTER}, 45),
    NavItem("Tài khoản", "people.accounts_page", "key", frozenset({Role.ADMINISTRATOR}), 80),
    NavItem("Hệ thống khác", "machines.page", "link", frozenset({Role.ADMINISTRATOR}), 85),
    NavItem(
        "Dữ liệu cá nhân", "privacy.requests", "shield", _REGISTRARS, 46, also=("/bao-ve-du-lieu",)
    ),
    NavItem("Nhật ký", "people.audit_log", "document", frozenset({Role.ADMINISTRATOR}), 90),
)
VIEWS = (
    account_office_pages,
    account_pages,
    audit_pages,
    duplicate_pages,
    import_pages,
    oidc_review_pages,
    own_account_pages,
    pages,
    privacy_office_pages,
    proof_pages,
    second_step_pages,
    unit_pages,
)
"""Importing them puts their views on the blueprint."""


def init_app(app: Flask) -> None:
    """The shell around staff pages, sessions in use, and the count of machines' calls."""
    app.before_request(sessions.touch)
    proof_pages.init_app(app)
    shell.init_app(app)
    machine_use.init_app(app)
    oidc_doors.init_app(app)


def start_listening() -> None:
    """The log learns the words of this package's parts."""
    machine_words.listen()
    oidc_identities.listen()
    oidc_words.listen()
    privacy_words.listen()


FEATURE = Feature(
    "people",
    pages=(
        blueprint,
        machine_pages.blueprint,
        oidc_pages.blueprint,
        privacy_pages.blueprint,
    ),
    api=(api.blueprint,),
    commands=(account, people, audit_group, machine, privacy),
    resolvers=(sessions.resolve, machine_tokens.resolve),
    nav=NAV,
    daily=(privacy_retention.clean_everywhere,),
    init_app=init_app,
    listen=start_listening,
)
