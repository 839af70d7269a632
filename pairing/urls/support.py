from django.urls import path

from pairing.acts.support import ITEMS, PROMISES
from pairing.listings.support import SUPPORT_ITEMS
from pairing.views import support

urlpatterns = [
    *PROMISES.urls(),
    *ITEMS.urls(),
    *SUPPORT_ITEMS.urls(),
    path("support/delivery/", support.support_delivery, name="support_delivery"),
    path("support/delivery/print/", support.support_delivery_print, name="support_delivery_print"),
    path("support/<int:pk>/", support.support_item, name="support_item"),
    path("support/<int:pk>/slip/", support.support_slip, name="support_slip"),
    path("support/<int:pk>/remarks/", support.read_support_remarks, name="read_support_remarks"),
    path("support/<int:pk>/files/<int:attachment_pk>/", support.support_file, name="support_file"),
    path("pairings/<int:pk>/items/", support.pairing_items, name="pairing_items"),
]
