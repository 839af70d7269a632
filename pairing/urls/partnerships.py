from django.urls import path

from pairing.acts.joint_activities import ACTIVITIES
from pairing.acts.partnerships import PARTNERSHIPS
from pairing.listings.partnerships import ACTIVITY_LIST, PARTNERSHIP_LIST
from pairing.views import joint_activities, partnerships

urlpatterns = [
    *PARTNERSHIPS.urls(),
    *ACTIVITIES.urls(),
    *PARTNERSHIP_LIST.urls(),
    *ACTIVITY_LIST.urls(),
    path("co-building/<int:pk>/", partnerships.partnership, name="partnership"),
    path(
        "co-building/<int:pk>/activities/",
        joint_activities.pairing_activities,
        name="pairing_activities",
    ),
    path(
        "co-building/activities/<int:pk>/", joint_activities.joint_activity, name="joint_activity"
    ),
    path(
        "co-building/activities/<int:pk>/photos/<int:attachment_pk>/",
        joint_activities.joint_activity_photo,
        name="joint_activity_photo",
    ),
]
