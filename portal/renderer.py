"""How a form comes onto a page: label, control, help and errors of each field, drawn by Jinja2.

Django's own template language takes three times as long for the same fields, and some lists have
thirty of them in their filters.
"""

from functools import cached_property
from pathlib import Path

from django import forms
from django.conf import settings
from django.forms.renderers import Jinja2
from django.urls import reverse
from django.utils.translation import gettext
from jinja2 import Environment

OF_DJANGO = Path(forms.__file__).parent / "jinja2"


class FieldRenderer(Jinja2):
    """`{{ form }}` draws all fields, `{{ field.as_field_group }}` one; see templates/fields/."""

    form_template_name = "form.html"
    field_template_name = "field.html"

    @cached_property
    def engine(self):
        return self.backend(
            {
                "NAME": "fields",
                "DIRS": [settings.BASE_DIR / "templates" / "fields", OF_DJANGO],
                "APP_DIRS": False,
                "OPTIONS": {"environment": "portal.renderer.environment"},
            }
        )


def environment(**options):
    made = Environment(**options, trim_blocks=True, lstrip_blocks=True)  # noqa: S701, escapes by option
    made.globals |= {"_": gettext, "url": reverse}
    return made
