"""URLs of the villager's door; its process serves only these."""

from django.urls import path

from outreach.door import views

urlpatterns = [
    path("", views.front, name="front"),
    path("readyz/", views.readyz, name="readyz"),
    path("robots.txt", views.robots, name="robots"),
    path("c/<str:token>/", views.card, name="card"),
    path("c/<str:token>/raise/", views.raise_matter, name="raise"),
    path("c/<str:token>/conduct/", views.conduct, name="conduct"),
    path("slip/", views.slip, name="slip"),
    path("slip/word/", views.word, name="word"),
    path("slip/urge/", views.urge, name="urge"),
    path("slip/contact/", views.contact, name="contact"),
    path("lists/<str:token>/", views.published_list, name="published_list"),
]
handler400 = handler403 = handler404 = "outreach.door.views.not_found"
handler500 = "outreach.door.views.trouble"
