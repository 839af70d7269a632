"""Addresses of festival visits."""

from django.urls import path

from outreach.views import condolence

urlpatterns = [
    path("condolence/", condolence.condolence, name="condolence"),
    path("condolence/new/", condolence.new_condolence, name="new_condolence"),
    path("condolence/<int:pk>/", condolence.condolence_campaign, name="condolence_campaign"),
    path("condolence/<int:pk>/budget/", condolence.condolence_budget, name="condolence_budget"),
    path("condolence/<int:pk>/publish/", condolence.publish_condolence, name="publish_condolence"),
    path(
        "condolence/<int:pk>/end-notice/",
        condolence.end_condolence_notice,
        name="end_condolence_notice",
    ),
    path(
        "condolence/<int:pk>/send-back/",
        condolence.send_back_condolence,
        name="send_back_condolence",
    ),
    path("condolence/<int:pk>/approve/", condolence.approve_condolence, name="approve_condolence"),
    path("condolence/<int:pk>/close/", condolence.close_condolence, name="close_condolence"),
    path("condolence/<int:pk>/put-forward/", condolence.put_forward, name="put_forward"),
    path("condolence/<int:pk>/object/", condolence.object_to_list, name="object_to_list"),
    path(
        "condolence/<int:pk>/board/<int:unit_pk>/",
        condolence.condolence_board,
        name="condolence_board",
    ),
    path(
        "condolence/<int:pk>/register/",
        condolence.print_condolence_register,
        name="print_condolence_register",
    ),
    path("condolence/recipients/", condolence.condolence_recipients, name="condolence_recipients"),
    path(
        "condolence/recipients/export/",
        condolence.export_condolence,
        {"name": "register"},
        name="export_condolence",
    ),
    path(
        "condolence/recipients/export-summary/",
        condolence.export_condolence,
        {"name": "summary"},
        name="export_condolence_summary",
    ),
    path(
        "condolence/recipients/<int:pk>/",
        condolence.condolence_recipient,
        name="condolence_recipient",
    ),
    path(
        "condolence/recipients/<int:pk>/reveal/",
        condolence.reveal_recipient,
        name="reveal_recipient",
    ),
    path(
        "condolence/recipients/<int:pk>/remove/",
        condolence.remove_recipient,
        name="remove_recipient",
    ),
    path(
        "condolence/recipients/<int:pk>/object/",
        condolence.object_to_recipient,
        name="object_to_recipient",
    ),
    path(
        "condolence/recipients/<int:pk>/visit/",
        condolence.enter_condolence_visit,
        name="enter_condolence_visit",
    ),
    path(
        "condolence/visits/<int:pk>/void/",
        condolence.void_condolence_visit,
        name="void_condolence_visit",
    ),
    path("condolence/objections/<int:pk>/", condolence.decide_objection, name="decide_objection"),
]
