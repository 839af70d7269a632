"""The WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# Can be imported only after Django is set up.
from django.conf import settings  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from django.utils.translation import gettext, override  # noqa: E402

from portal.run.room import with_room  # noqa: E402

# Load routes, views and catalogues before the first request.
for language, _name in settings.LANGUAGES:
    with override(language):
        gettext("Search")
get_resolver().url_patterns  # noqa: B018
application = with_room(application)
# All of it lives as long as the process. A garbage collection that scans it would delay a page by
# a fifth of a second.
gc.collect()
gc.freeze()
