"""URLs of matters, call-backs, the people's word, and closed years."""

from django.urls import path

from outreach.acts.closings import CLOSINGS
from outreach.acts.follow_ups import FOLLOW_UPS
from outreach.acts.matters import MATTERS
from outreach.listings.call_back_keys import CALL_BACK_KEY_LIST
from outreach.listings.closings import CLOSING_LIST
from outreach.listings.follow_ups import FOLLOW_UP_LIST, WORD_LIST
from outreach.listings.matters import MATTER_LIST
from outreach.views import door, follow_ups, matters

urlpatterns = [
    *CLOSINGS.urls(),
    *FOLLOW_UPS.urls(),
    *MATTERS.urls(),
    *MATTER_LIST.urls(),
    path("matters/new/", matters.new_matter, name="new_matter"),
    path("matters/call-in/", door.call_in, name="call_in"),
    path("matters/bulk/<slug:move>/", matters.bulk, name="bulk"),
    path("matters/<int:pk>/", matters.matter, name="matter"),
    path("matters/<int:pk>/do/<slug:move>/", matters.act, name="act"),
    path("matters/<int:pk>/contact/", matters.reveal_contact, name="reveal_contact"),
    path("matters/<int:pk>/contact/change/", matters.change_contact, name="change_contact"),
    path("matters/<int:pk>/slips/<slug:kind>/", matters.slip, name="slip"),
    path("matters/<int:pk>/remarks/read/", door.read_remarks, name="read_remarks"),
    path("matters/<int:pk>/receipt/", door.receipt, name="receipt"),
    path("matters/<int:pk>/slip-with-code/", door.slip_with_code, name="slip_with_code"),
    path("matters/<int:pk>/files/<int:attachment_pk>/", matters.matter_file, name="matter_file"),
    *FOLLOW_UP_LIST.urls(),
    path("call-backs/<int:pk>/", follow_ups.follow_up, name="follow_up"),
    path("call-backs/<int:pk>/sheet/", follow_ups.call_sheet, name="call_sheet"),
    *CALL_BACK_KEY_LIST.urls(),
    path(
        "call-backs/keys/<int:pk>/results.tsv",
        follow_ups.call_back_results,
        name="call_back_results",
    ),
    *WORD_LIST.urls(),
    *CLOSING_LIST.urls(),
]
