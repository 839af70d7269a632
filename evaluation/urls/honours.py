from django.urls import path

from evaluation.acts.honours import NOMINATIONS, OF_CYCLE, POOLS
from evaluation.views import honours

urlpatterns = [
    *OF_CYCLE.urls(),
    *POOLS.urls(),
    *NOMINATIONS.urls(),
    path("honours/", honours.honours, name="honours"),
    path("honours/print/", honours.honours_print, name="honours_print"),
    path("honours/export/", honours.export_honours, name="export_honours"),
    path("honour-pools/", honours.honour_pools, name="honour_pools"),
    path("honour-pools/<int:pk>/", honours.honour_pool, name="honour_pool"),
    path("honour-pools/<int:pk>/join/", honours.join_honour_pools, name="join_honour_pools"),
    path("honour-pools/<int:pk>/notice/", honours.honour_notice, name="honour_notice"),
    path("appraised/<int:pk>/honours/", honours.appraised_results, name="appraised_results"),
    path("cycles/<int:pk>/honours/", honours.cycle_honours, name="cycle_honours"),
]
