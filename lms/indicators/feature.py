"""What this package brings to the app."""

from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.core.signals import listen
from lms.indicators import (
    api,
    audit_words,
    counts_pages,
    declared_units,
    editor_pages,
    editor_save_pages,
    editor_version_pages,
    export_people_pages,
    figure_pages,
    forgetting,
    helpers_pages,
    homes_pages,
    homes_visits,
    input_pages,
    outside_notes,
    outside_pages,
    pages,
    restating_pages,
    sent_api,
    sent_pages,
    snapshot_pages,
)
from lms.indicators.cli import plan, report
from lms.indicators.figure_cli import figures
from lms.indicators.outside_cli import facts
from lms.indicators.snapshot_cli import snapshot
from lms.people.events import UnitsAsked

VIEWS = (
    pages,
    figure_pages,
    forgetting,
    export_people_pages,
    input_pages,
    counts_pages,
    outside_pages,
    sent_pages,
    homes_pages,
    homes_visits,
    helpers_pages,
    snapshot_pages,
    restating_pages,
    editor_pages,
    editor_save_pages,
    editor_version_pages,
)
"""Importing them puts their views on the blueprint."""


def start_listening() -> None:
    """The log learns our words, the register what declared figures keep, a person's page what lists say."""
    audit_words.listen()
    listen(UnitsAsked, declared_units.tell)
    outside_notes.listen()
    forgetting.listen()


FEATURE = Feature(
    "indicators",
    pages=(pages.blueprint,),
    api=(api.blueprint, sent_api.blueprint),
    commands=(plan, report, facts, figures, snapshot),
    listen=start_listening,
    nav=(
        NavItem(
            "Kế hoạch",
            "indicators.plans",
            "target",
            frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.UNIT_REPORTER}),
            20,
            also=("/danh-sach-ngoai",),
        ),
        NavItem(
            "Hỗ trợ tại nhà",
            "indicators.homes_page",
            "household",
            frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.UNIT_REPORTER}),
            42,
            also=("/dai-su", "/to-cong-nghe-so", "/lan-tham", "/tham-nguoi"),
        ),
        NavItem(
            "Đại sứ số",
            "indicators.helpers_page",
            "help-hand",
            frozenset({Role.TRAINER}),
            42,
            also=("/lan-tham", "/tham-nguoi"),
        ),
    ),
)
