"""The learner's desk, for the player on a tablet or on the learner's own phone."""

from typing import Any

from assessments.desk import desk_of_caller
from assessments.desk_schemas import DeskOut
from lms.core import web
from lms.core.api import ApiBlueprint
from lms.core.guard import actor
from lms.core.policy import Reach, allow

blueprint = ApiBlueprint("desk", __name__, description="Bàn học của học viên, cho máy học.")


@blueprint.get("/learner/desk")
@blueprint.response(200, DeskOut)
@allow(learner=Reach.OWN, device=Reach.OWN)
def get_desk() -> dict[str, Any]:
    """What the learner has done and may do: of the one signed in, or the one whom a phone serves."""
    return desk_of_caller(web.session(), actor())
