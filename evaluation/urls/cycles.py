from django.urls import path

from evaluation.acts.cycles import APPRAISED, CYCLES
from evaluation.views import cycles

urlpatterns = [
    *CYCLES.urls(),
    *APPRAISED.urls(),
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/appraised/", cycles.appraised_list, name="appraised_list"),
    path("appraised/mine/", cycles.my_appraisals, name="my_appraisals"),
    path("appraised/<int:pk>/", cycles.appraised, name="appraised"),
]
