"""What this package brings to the app."""

from lms.cohorts import access, events
from lms.core.feature import Feature
from lms.core.signals import listen
from lms.people.sessions import StaffScope


def start_listening() -> None:
    """A trainer's reach is known when the trainer signs in; the ledger learns our event types."""
    events.listen()
    listen(StaffScope, access.add_taught_classes)


FEATURE = Feature(
    "cohorts",
    resolvers=(access.resolve_device, access.resolve_learner),
    listen=start_listening,
)
