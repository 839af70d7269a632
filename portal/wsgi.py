"""The web door."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# Imported here, since they may be only once Django is set up.
from django.conf import settings  # noqa: E402
from django.urls import get_resolver  # noqa: E402
from django.utils.translation import gettext, override  # noqa: E402

# What every page needs, before the first is asked for: routes with their views, and catalogues.
for language, _name in settings.LANGUAGES:
    with override(language):
        gettext("Search")
get_resolver().url_patterns  # noqa: B018
# All of it lives as long as the process. The collector would look through it now and then, a fifth
# of a second in the midst of somebody's page.
gc.collect()
gc.freeze()
