from django.urls import path

from pairing.acts.joint_activities import ACTIVITIES
from pairing.acts.partnerships import PARTNERSHIPS
from pairing.views import joint_activities, partnerships

urlpatterns = [
    *PARTNERSHIPS.urls(),
    *ACTIVITIES.urls(),
    path("co-building/", partnerships.partnerships, name="partnerships"),
    path("co-building/export/", partnerships.export_partnerships, name="export_partnerships"),
    path("co-building/<int:pk>/", partnerships.partnership, name="partnership"),
    path(
        "co-building/<int:pk>/activities/",
        joint_activities.pairing_activities,
        name="pairing_activities",
    ),
    path("co-building/activities/", joint_activities.joint_activities, name="joint_activities"),
    path(
        "co-building/activities/export/",
        joint_activities.export_joint_activities,
        name="export_joint_activities",
    ),
    path(
        "co-building/activities/<int:pk>/",
        joint_activities.joint_activity,
        name="joint_activity",
    ),
    path(
        "co-building/activities/<int:pk>/photos/<int:attachment_pk>/",
        joint_activities.joint_activity_photo,
        name="joint_activity_photo",
    ),
]
