"""URLs of works, one file for each noun."""

from works.urls import disclosures, proposals, talks

app_name = "works"
urlpatterns = [
    *disclosures.urlpatterns,
    *proposals.urlpatterns,
    *talks.urlpatterns,
]
