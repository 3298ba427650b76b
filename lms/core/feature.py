"""The record by which a package hands its rooms to the app: listed by hand in `lms.app`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import click
from flask import Blueprint, Flask

from lms.core.daily import Job
from lms.core.guard import Resolver
from lms.core.policy import Role


@dataclass(frozen=True)
class NavItem:
    """One entry of the staff navigation, shown to these roles."""

    label: str
    endpoint: str
    icon: str
    roles: frozenset[Role]
    order: int = 50
    also: tuple[str, ...] = ()
    """Further paths whose pages lie in this room, so that it stays marked on them."""


@dataclass(frozen=True)
class Feature:
    """What one package brings: pages, API operations, commands, and how it starts listening."""

    name: str
    pages: Sequence[Blueprint] = ()
    """HTML blueprints; every view carries a policy."""
    api: Sequence[Blueprint] = ()
    """flask-smorest blueprints, mounted under /api/v1."""
    commands: Sequence[click.Command] = ()
    resolvers: Sequence[Resolver] = ()
    """How this package recognises a caller; asked in the order of the features."""
    nav: Sequence[NavItem] = ()
    """Entries of the staff navigation."""
    daily: Sequence[Job] = ()
    """What the service does once a day by itself, safe to repeat; see `lms.core.daily`."""
    init_app: Callable[[Flask], None] = field(default=lambda _app: None)
    """Anything else the app needs once, such as a context processor."""
    listen: Callable[[], None] = field(default=lambda: None)
    """Connects signals and event types; called once, may be called again without effect."""
