"""Who one may be in the practice area: the cast of the demo, with its printed password."""

from django import template
from django.conf import settings

from demo import places

register = template.Library()


@register.simple_tag
def practice_logins():
    """[(role and person, user name, password)]; none in the portal itself."""
    return places.logins() if settings.PRACTICE else []
