"""The WSGI application, made from the environment: `granian --interface wsgi lms.wsgi:app`."""

from lms.app import create_app
from lms.core import daily
from lms.core.logs import configure
from lms.core.settings import Settings

_settings = Settings.from_environment()
configure(as_json=_settings.log_json)
app = create_app(_settings)
daily.start(app)
