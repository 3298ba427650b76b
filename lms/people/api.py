"""People and units as JSON, for officers and their tools."""

from typing import Any
from uuid import UUID

from flask_smorest.pagination import PaginationParameters

from lms.core import clock, web
from lms.core.api import ApiBlueprint, paging
from lms.core.guard import actor
from lms.core.policy import Reach, allow
from lms.people import dossiers, queries
from lms.people.models import Unit
from lms.people.queries import Filter, Line
from lms.people.schemas import PeopleQueryIn, PersonLineOut, PersonOut, UnitOut

blueprint = ApiBlueprint("people_api", __name__, description="Dân cư và đơn vị của xã")


@blueprint.get("/people")
@blueprint.arguments(PeopleQueryIn, location="query")
@blueprint.response(200, PersonLineOut(many=True))
@blueprint.paginate()
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def people(query: dict[str, Any], pagination_parameters: PaginationParameters) -> list[Line]:
    """List people by name, searched and filtered; a unit reporter sees the own unit."""
    wanted = Filter(query["q"], query["unit"], query["group"])
    offset, limit = paging(pagination_parameters)
    found, total = queries.people(web.session(), actor(), wanted, clock.today(), offset, limit)
    pagination_parameters.item_count = total
    return found


@blueprint.get("/people/<uuid:person_id>")
@blueprint.response(200, PersonOut)
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def person(person_id: UUID) -> dossiers.Dossier:
    """Show one person with homes and groups."""
    return dossiers.dossier(web.session(), actor(), person_id, clock.today())


@blueprint.get("/units")
@blueprint.response(200, UnitOut(many=True))
@allow(unit_reporter=Reach.UNIT, officer=Reach.COMMUNE, administrator=Reach.COMMUNE)
def units() -> list[Unit]:
    """List the commune's units."""
    return queries.units(web.session(), actor())
