"""Every package's tables, so that the metadata is whole for migrations and checks."""

import assessments.fork_models
import assessments.models
import assessments.paper_models  # noqa: F401
import certificates.models  # noqa: F401
import courses.models  # noqa: F401
import lms.cohorts.carried_models
import lms.cohorts.hall_models
import lms.cohorts.models
import lms.cohorts.paper.models
import lms.core.audit
import lms.core.data_versions
import lms.core.limits
import lms.indicators.editor_models
import lms.indicators.figure_models
import lms.indicators.models
import lms.indicators.outside_models
import lms.indicators.sent_models
import lms.indicators.snapshot_models
import lms.ledger.models
import lms.offline.box.models
import lms.people.account_models
import lms.people.helping_models
import lms.people.machine_models
import lms.people.models
import lms.people.oidc_models
import lms.people.privacy_models
import lms.reports.calendar_models
import lms.reports.commend_models
import lms.reports.document_models
import lms.reports.feed_models
import lms.reports.public_models
import lms.reports.unit_link_models  # noqa: F401
from lms.core.db import Base

# The modules above are imported for what importing them does: each names its tables in Base.metadata.
METADATA = Base.metadata

GLOBAL_TABLES = {
    "commune": "the communes themselves",
    "account": "an account may serve several communes",
    "staff_session": "belongs to an account",
    "one_time_link": "belongs to an account",
    "account_totp": "belongs to an account",
    "account_recovery_code": "belongs to an account",
    "oidc_identity": "an identity at a provider belongs to an account, or to a person of any commune",
    "oidc_request": "who was sent to a provider has no commune before it is known who that is",
    "oidc_link_request": "a proven identity has no commune before somebody chose one",
    "oidc_session": "belongs to a staff session",
    "programme_version": "content is shared by communes and named by its hash",
    "course_media": "content is shared by communes and named by its hash",
    "plan_definition": "plan files are shared by communes and named by their hash",
    "certificate_part": "templates and fonts are shared and named by their hash",
    "store_generation": "belongs to the whole store",
    "issuer_key": "keys sign for the whole service, whichever commune issues",
}
"""Tables without commune_id in their key, each with its reason; a test holds this list complete."""
