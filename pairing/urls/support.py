from django.urls import path

from pairing.views import support

urlpatterns = [
    path("support/", support.support_items, name="support_items"),
    path("support/export/", support.export_support, name="export_support"),
    path("support/delivery/", support.support_delivery, name="support_delivery"),
    path("support/delivery/print/", support.support_delivery_print, name="support_delivery_print"),
    path("support/<int:pk>/", support.support_item, name="support_item"),
    path("support/<int:pk>/change/", support.change_support, name="change_support"),
    path("support/<int:pk>/done/", support.finish_support, name="finish_support"),
    path("support/<int:pk>/undo/", support.undo_support, name="undo_support"),
    path("support/<int:pk>/drop/", support.drop_support, name="drop_support"),
    path("support/<int:pk>/word/", support.hear_support, name="hear_support"),
    path("support/<int:pk>/slip/", support.support_slip, name="support_slip"),
    path("support/<int:pk>/remarks/", support.read_support_remarks, name="read_support_remarks"),
    path("support/<int:pk>/files/<int:attachment_pk>/", support.support_file, name="support_file"),
    path("pairings/<int:pk>/items/", support.pairing_items, name="pairing_items"),
    path("pairings/<int:pk>/promise/", support.promise_support, name="promise_support"),
]
