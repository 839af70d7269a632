from django.urls import path

from evaluation.views import cycles

urlpatterns = [
    path("cycles/", cycles.cycles, name="cycles"),
    path("cycles/open/", cycles.open_cycle, name="open_cycle"),
    path("cycles/<int:pk>/", cycles.cycle, name="cycle"),
    path("cycles/<int:pk>/edit/", cycles.edit_cycle, name="edit_cycle"),
    path("cycles/<int:pk>/gather/", cycles.gather_appraised, name="gather_appraised"),
    path("cycles/<int:pk>/collect/", cycles.start_collecting, name="start_collecting"),
    path("cycles/<int:pk>/close/", cycles.close_collecting, name="close_collecting"),
    path("cycles/<int:pk>/publish/", cycles.publish_scores, name="publish_scores"),
    path("cycles/<int:pk>/finish/", cycles.finish_cycle, name="finish_cycle"),
    path("cycles/<int:pk>/cancel/", cycles.cancel_cycle, name="cancel_cycle"),
    path("cycles/<int:pk>/appraised/", cycles.appraised_list, name="appraised_list"),
    path("appraised/mine/", cycles.my_appraisals, name="my_appraisals"),
    path("appraised/<int:pk>/", cycles.appraised, name="appraised"),
    path("appraised/<int:pk>/leave-out/", cycles.leave_out, name="leave_out"),
    path("appraised/<int:pk>/take-in/", cycles.take_in_again, name="take_in_again"),
]
