from django.urls import path

from evaluation.acts.hand_overs import HAND_OVERS, HANDING_OVER
from evaluation.views import hand_overs

urlpatterns = [
    *HANDING_OVER.urls(),
    *HAND_OVERS.urls(),
    path("cycles/<int:pk>/hand-over/", hand_overs.hand_overs, name="hand_overs"),
    path("hand-overs/<int:pk>/print/", hand_overs.print_hand_over, name="print_hand_over"),
]
