from pairing.acts.joint_activities import ACTIVITIES
from pairing.acts.partnerships import PARTNERSHIPS
from pairing.listings.partnerships import ACTIVITY_LIST, PARTNERSHIP_LIST
from pairing.urls.pages import page
from pairing.views import joint_activities, partnerships

urlpatterns = [
    *PARTNERSHIPS.urls(),
    *ACTIVITIES.urls(),
    *PARTNERSHIP_LIST.urls(),
    *ACTIVITY_LIST.urls(),
    page("co-building/<int:pk>/", partnerships.partnership),
    page("co-building/<int:pk>/activities/", joint_activities.pairing_activities),
    page("co-building/activities/<int:pk>/", joint_activities.joint_activity),
    page(
        "co-building/activities/<int:pk>/photos/<int:attachment_pk>/",
        joint_activities.joint_activity_photo,
    ),
]
