"""Logins of the practice area: the cast of the demo, with its published password."""

from django import template
from django.conf import settings

from demo import places

register = template.Library()


@register.simple_tag
def practice_logins():
    """Return [(role and person, user name, password)]; empty outside the practice area."""
    return places.logins() if settings.PRACTICE else []
