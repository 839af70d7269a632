"""Renders form fields, lists and the frame by Jinja2.

Django's template language takes three times as long, and some lists have thirty filter fields and
fifty rows.
"""

from functools import cached_property
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.forms.renderers import Jinja2, get_default_renderer
from django.template.backends.utils import csrf_input
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext, ngettext
from jinja2 import Environment

from portal.pages import cells
from portal.tools import languages
from portal.tools.addresses import address

OURS = ("fields", "lists", "frame")
OF_DJANGO = Path(forms.__file__).parent / "jinja2"


class FieldRenderer(Jinja2):
    """`{{ form }}` renders all fields, `{{ field.as_field_group }}` one; see templates/fields/."""

    form_template_name = "form.html"
    field_template_name = "field.html"

    @cached_property
    def engine(self):
        folders = [*(settings.BASE_DIR / "templates" / name for name in OURS), OF_DJANGO]
        options = {"environment": "portal.pages.renderer.environment"}
        return self.backend(
            {"NAME": "fields", "DIRS": folders, "APP_DIRS": False, "OPTIONS": options}
        )


def _url(name, args=()):
    return reverse(name, args=args) if args else address(name)


def environment(**options):
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701, escapes by option
    made.globals |= {"_": gettext, "ngettext": ngettext, "url": _url}
    made.globals |= {"is_english": languages.is_english, "rows_of": cells.rows_of}
    return made


def drawn(template, request, **context):
    """Render part of a page as finished HTML."""
    # Jinja2 escapes the context (see `environment`).
    if request is not None:
        context |= {"request": request, "csrf_input": csrf_field(request)}
    return mark_safe(get_default_renderer().get_template(template).template.render(context))


def csrf_field(request) -> Any:
    """Return the CSRF field of a page. All of its forms share one token, as in Django's own
    templates, instead of a random one each."""
    if not hasattr(request, "csrf_field"):
        request.csrf_field = SimpleLazyObject(lambda: csrf_input(request))
    return request.csrf_field
