"""What this package brings to the app."""

from flask import Flask

from lms.cohorts import (
    access,
    api,
    audit_words,
    card_pages,
    cards,
    class_list_pages,
    events,
    forgetting,
    home_pages,
    invite_pages,
    late_tablets,
    managing_pages,
    oidc_home,
    own_devices,
    pages,
    surroundings,
    tablet_api,
    teaching_pages,
    timetable_pages,
    turns,
    unit_classes,
)
from lms.cohorts.paper import pages as paper_pages
from lms.core.feature import Feature, NavItem
from lms.core.policy import Role
from lms.core.signals import listen
from lms.people.events import UnitsAsked
from lms.people.sessions import RolesTaken, StaffScope


def start_listening() -> None:
    """A trainer's reach is known when the trainer signs in; the ledger learns our event types."""
    events.listen()
    audit_words.listen()
    oidc_home.listen()
    own_devices.listen()
    forgetting.listen()
    turns.listen()
    listen(StaffScope, access.add_taught_classes)
    listen(RolesTaken, cards.end_of_roles)
    listen(UnitsAsked, unit_classes.tell)


def init_app(app: Flask) -> None:
    """What templates know of the surroundings, and what is counted of the tablets."""
    surroundings.init_app(app)
    late_tablets.init_app(app)


FEATURE = Feature(
    "cohorts",
    pages=(
        pages.blueprint,
        teaching_pages.blueprint,
        card_pages.blueprint,
        home_pages.blueprint,
        invite_pages.blueprint,
        timetable_pages.blueprint,
        class_list_pages.blueprint,
        managing_pages.blueprint,
        paper_pages.blueprint,
    ),
    api=(api.blueprint, tablet_api.blueprint),
    nav=(
        NavItem(
            "Máy tính bảng",
            "teaching.tablets",
            "tablet",
            frozenset({Role.TRAINER, Role.OFFICER, Role.ADMINISTRATOR}),
            order=60,
        ),
    ),
    resolvers=(access.resolve_device, access.resolve_learner),
    init_app=init_app,
    listen=start_listening,
)
