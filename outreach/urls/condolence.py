"""URLs of festival visits."""

from django.urls import path
from django.views.decorators.http import require_POST

from outreach.acts.condolence import CAMPAIGNS, OBJECTIONS, RECIPIENTS, VISITS
from outreach.listings.condolence import FESTIVAL_LIST, RECIPIENT_LIST, SUMMARY
from outreach.views import condolence as views

urlpatterns = [
    *CAMPAIGNS.urls(),
    *OBJECTIONS.urls(),
    *RECIPIENTS.urls(),
    *VISITS.urls(),
    *FESTIVAL_LIST.urls(),
    *RECIPIENT_LIST.urls(),
]
# Each under condolence/: {name: (path, view)}
OTHERS = {
    "condolence_campaign": ("<int:pk>/", views.condolence_campaign),
    "condolence_board": ("<int:pk>/board/<int:unit_pk>/", views.condolence_board),
    "print_condolence_register": ("<int:pk>/register/", views.print_condolence_register),
    "export_condolence_summary": ("recipients/export-summary/", require_POST(SUMMARY.start)),
    "condolence_recipient": ("recipients/<int:pk>/", views.condolence_recipient),
    "reveal_recipient": ("recipients/<int:pk>/reveal/", views.reveal_recipient),
}
urlpatterns += [
    path(f"condolence/{address}", view, name=name) for name, (address, view) in OTHERS.items()
]
