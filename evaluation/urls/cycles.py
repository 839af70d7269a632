from django.urls import path

from evaluation.acts.cycles import APPRAISED, CYCLES
from evaluation.listings.cycles import CYCLE_LIST, MY_APPRAISALS
from evaluation.views import cycles

urlpatterns = [
    *CYCLES.urls(),
    *APPRAISED.urls(),
    *CYCLE_LIST.urls(),
    *MY_APPRAISALS.urls(),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/appraised/", cycles.appraised_list, name="appraised_list"),
    path("appraised/<int:pk>/", cycles.appraised, name="appraised"),
]
