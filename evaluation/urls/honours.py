from django.urls import path

from evaluation.acts.honours import NOMINATIONS, OF_CYCLE, POOLS
from evaluation.listings.honours import HONOUR_LIST, POOL_LIST
from evaluation.views import honours

urlpatterns = [
    *OF_CYCLE.urls(),
    *POOLS.urls(),
    *NOMINATIONS.urls(),
    *HONOUR_LIST.urls(),
    *POOL_LIST.urls(),
    path("honours/print/", honours.honours_print, name="honours_print"),
    path("honour-pools/<int:pk>/", honours.honour_pool, name="honour_pool"),
    path("honour-pools/<int:pk>/join/", honours.join_honour_pools, name="join_honour_pools"),
    path("honour-pools/<int:pk>/notice/", honours.honour_notice, name="honour_notice"),
    path("appraised/<int:pk>/honours/", honours.appraised_results, name="appraised_results"),
    path("cycles/<int:pk>/honours/", honours.cycle_honours, name="cycle_honours"),
]
