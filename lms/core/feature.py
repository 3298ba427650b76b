"""The record by which a package hands its rooms to the app: listed by hand in `lms.app`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import click
from flask import Blueprint

from lms.core.guard import Resolver


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
    listen: Callable[[], None] = field(default=lambda: None)
    """Connects signals and event types; called once, may be called again without effect."""
