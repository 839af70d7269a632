from pairing.acts.support import ITEMS, PROMISES
from pairing.listings.support import SUPPORT_ITEMS
from pairing.urls.pages import page
from pairing.views import support

urlpatterns = [
    *PROMISES.urls(),
    *ITEMS.urls(),
    *SUPPORT_ITEMS.urls(),
    page("support/delivery/", support.support_delivery),
    page("support/delivery/print/", support.support_delivery_print),
    page("support/<int:pk>/", support.support_item),
    page("support/<int:pk>/slip/", support.support_slip),
    page("support/<int:pk>/remarks/", support.read_support_remarks),
    page("support/<int:pk>/files/<int:attachment_pk>/", support.support_file),
    page("pairings/<int:pk>/items/", support.pairing_items),
]
