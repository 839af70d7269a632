"""Addresses of talks."""

from works.acts.talks import TALKS
from works.listings.talks import TALK_LIST

urlpatterns = [*TALKS.urls(), *TALK_LIST.urls()]
