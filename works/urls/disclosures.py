"""Addresses of disclosures."""

from works.acts.disclosures import DISCLOSURES
from works.listings.disclosures import DISCLOSURE_LIST

urlpatterns = [*DISCLOSURES.urls(), *DISCLOSURE_LIST.urls()]
