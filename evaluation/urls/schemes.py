from django.urls import path

from evaluation.views import schemes

urlpatterns = [
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/new/", schemes.new_scheme, name="new_scheme"),
    path("schemes/<int:pk>/", schemes.scheme, name="scheme"),
    path("schemes/<int:pk>/edit/", schemes.edit_scheme, name="edit_scheme"),
    path("schemes/<int:pk>/indicators/", schemes.scheme_indicators, name="scheme_indicators"),
    path("schemes/<int:pk>/thresholds/", schemes.scheme_gates, name="scheme_gates"),
    path("schemes/<int:pk>/publish/", schemes.publish_scheme, name="publish_scheme"),
    path(
        "schemes/<int:pk>/new-version/", schemes.begin_scheme_version, name="begin_scheme_version"
    ),
    path("schemes/<int:pk>/withdraw/", schemes.withdraw_scheme, name="withdraw_scheme"),
    path("schemes/<int:pk>/drop/", schemes.drop_scheme, name="drop_scheme"),
    path("schemes/<int:pk>/print/", schemes.print_scheme, name="print_scheme"),
]
