from django.urls import path

from pairing.views import joint_activities, partnerships

urlpatterns = [
    path("co-building/", partnerships.partnerships, name="partnerships"),
    path("co-building/new/", partnerships.new_partnership, name="new_partnership"),
    path("co-building/export/", partnerships.export_partnerships, name="export_partnerships"),
    path("co-building/<int:pk>/", partnerships.partnership, name="partnership"),
    path(
        "co-building/<int:pk>/plan/",
        partnerships.edit_partnership_plan,
        name="edit_partnership_plan",
    ),
    path(
        "co-building/<int:pk>/activities/",
        joint_activities.pairing_activities,
        name="pairing_activities",
    ),
    path(
        "co-building/<int:pk>/activities/new/",
        joint_activities.new_joint_activity,
        name="new_joint_activity",
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
        "co-building/activities/<int:pk>/correct/",
        joint_activities.correct_joint_activity,
        name="correct_joint_activity",
    ),
    path(
        "co-building/activities/<int:pk>/void/",
        joint_activities.void_joint_activity,
        name="void_joint_activity",
    ),
    path(
        "co-building/activities/<int:pk>/photos/<int:attachment_pk>/",
        joint_activities.joint_activity_photo,
        name="joint_activity_photo",
    ),
]
