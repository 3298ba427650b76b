"""The indicators that a commune's own plans have, by name: what a condition about a unit may ask."""

from uuid import UUID

from sqlalchemy.orm import Session

from lms.indicators import queries


def named_figures(session: Session, commune_id: UUID) -> dict[tuple[str, str], str]:
    """(plan, code) → '“1 (a)” của kế hoạch …', indicators and commitments in the plan's order."""
    found: dict[tuple[str, str], str] = {}
    for one in queries.adopted_plans(session, commune_id):
        for indicator in one.plan.indicators:
            title = f"{indicator.no}. {indicator.title}"
            found[one.code, indicator.code] = f"“{title}” ({one.plan.title})"
    return found
