"""URLs of contact cards and of messages held at the door."""

from django.urls import path

from outreach.acts.cards import CARDS
from outreach.acts.door import HELD
from outreach.listings.door import HELD_LIST
from outreach.views import cards, door

urlpatterns = [
    *CARDS.urls(),
    *HELD.urls(),
    path("cards/", cards.contact_cards, name="contact_cards"),
    path("cards/print/", cards.print_cards, name="print_cards"),
    path("cards/export/", cards.export_cards, name="export_cards"),
    path("cards/texts/", cards.card_texts, name="card_texts"),
    path("cards/texts/new/", cards.card_text, name="new_card_text"),
    path("cards/texts/<int:pk>/", cards.card_text, name="card_text"),
    path("cards/<int:pk>/", cards.contact_card, name="contact_card"),
    path("cards/<int:pk>/print/", cards.print_card, name="print_card"),
    *HELD_LIST.urls(),
    path("held/<int:pk>/", door.held_message, name="held_message"),
]
