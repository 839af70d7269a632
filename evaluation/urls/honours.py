from django.urls import path

from evaluation.views import honours

urlpatterns = [
    path("honours/", honours.honours, name="honours"),
    path("honours/print/", honours.honours_print, name="honours_print"),
    path("honours/export/", honours.export_honours, name="export_honours"),
    path("honours/<int:pk>/withdraw/", honours.withdraw_honour, name="withdraw_honour"),
    path("honours/<int:pk>/object/", honours.object_to_honour, name="object_to_honour"),
    path("honour-pools/", honours.honour_pools, name="honour_pools"),
    path("honour-pools/<int:pk>/", honours.honour_pool, name="honour_pool"),
    path("honour-pools/<int:pk>/nominate/", honours.nominate_for_honour,
         name="nominate_for_honour"),
    path("honour-pools/<int:pk>/join/", honours.join_honour_pools, name="join_honour_pools"),
    path("honour-pools/<int:pk>/decide/", honours.decide_honour_pool, name="decide_honour_pool"),
    path("honour-pools/<int:pk>/publicise/", honours.publicise_honour_pool,
         name="publicise_honour_pool"),
    path("honour-pools/<int:pk>/finish/", honours.finish_honour_pool, name="finish_honour_pool"),
    path("honour-pools/<int:pk>/give-up/", honours.give_up_honour_pool,
         name="give_up_honour_pool"),
    path("honour-pools/<int:pk>/notice/", honours.honour_notice, name="honour_notice"),
    path("appraised/<int:pk>/honours/", honours.appraised_results, name="appraised_results"),
    path("cycles/<int:pk>/honours/", honours.cycle_honours, name="cycle_honours"),
    path("cycles/<int:pk>/honours/new/", honours.new_honour_pool, name="new_honour_pool"),
    path("cycles/<int:pk>/grades/propose/", honours.propose_grade, name="propose_grade"),
    path("cycles/<int:pk>/grades/decide/", honours.decide_grades, name="decide_grades"),
]  # fmt: skip
