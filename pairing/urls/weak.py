from django.urls import path

from pairing.views import weak_cases, weak_checks, weak_plans

urlpatterns = [
    path("weak/", weak_cases.weak_cases, name="weak_cases"),
    path("weak/export/", weak_cases.export_weak_cases, name="export_weak_cases"),
    path("weak/export/named/", weak_cases.export_named, name="export_weak_cases_named"),
    path("weak/new/", weak_cases.note_weak_case, name="note_weak_case"),
    path("weak/<int:pk>/", weak_cases.weak_case, name="weak_case"),
    path("weak/<int:pk>/correct/", weak_cases.correct_weak_case, name="correct_weak_case"),
    path("weak/<int:pk>/decide/", weak_cases.decide_weak_case, name="decide_weak_case"),
    path("weak/<int:pk>/ask/", weak_cases.ask_weak_acceptance, name="ask_weak_acceptance"),
    path("weak/<int:pk>/accept/", weak_cases.accept_weak_case, name="accept_weak_case"),
    path("weak/<int:pk>/look/", weak_cases.follow_up_weak_case, name="follow_up_weak_case"),
    path("weak/<int:pk>/close/", weak_cases.close_weak_case, name="close_weak_case"),
    path("weak/<int:pk>/print/", weak_plans.weak_plan, name="weak_plan"),
    path("weak/<int:pk>/print/named/", weak_plans.weak_plan_named, name="weak_plan_named"),
    path("weak/<int:pk>/plan/", weak_plans.lay_down_weak_plan, name="lay_down_weak_plan"),
    path("weak/<int:pk>/items/new/", weak_plans.add_weak_item, name="add_weak_item"),
    path("weak/<int:pk>/support/new/", weak_plans.name_weak_support, name="name_weak_support"),
    path("weak/<int:pk>/review/", weak_plans.review_weak_case, name="review_weak_case"),
    path("weak/items/<int:pk>/", weak_plans.weak_item_progress, name="weak_item_progress"),
    path("weak/items/<int:pk>/end/", weak_plans.end_weak_item, name="end_weak_item"),
    path("weak/support/<int:pk>/end/", weak_plans.end_weak_support, name="end_weak_support"),
    path("weak/checks/", weak_checks.weak_checks, name="weak_checks"),
    path("weak/checks/new/", weak_checks.open_weak_check, name="open_weak_check"),
    path("weak/checks/<int:pk>/", weak_checks.weak_check, name="weak_check"),
    path("weak/checks/answers/<int:pk>/", weak_checks.answer_weak_check, name="answer_weak_check"),
]
