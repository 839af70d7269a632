"""Fields drawn by Jinja2: labelled, and typed text is always escaped."""

import pytest
from django import forms

from portal.pages.forms import ReaderForm
from portal.places.pickers import PickerField

HOSTILE = '<b onclick="x">&'


class Form(ReaderForm):
    text = forms.CharField(label=HOSTILE, help_text="Two <em>words</em>", max_length=3)
    area = forms.CharField(widget=forms.Textarea, required=False)
    one = forms.ChoiceField(choices=[("a", HOSTILE)])
    many = forms.MultipleChoiceField(
        choices=[("a", HOSTILE)], widget=forms.CheckboxSelectMultiple, label=HOSTILE
    )
    yes = forms.BooleanField(label=HOSTILE)
    unit = PickerField("unit")
    key = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture
def drawn(people):
    typed = {"text": HOSTILE, "area": HOSTILE, "unit_text": HOSTILE, "key": HOSTILE}
    return str(Form(typed, user=people.office))


def test_nothing_that_was_typed_or_named_is_markup(drawn):
    assert "<b" not in drawn
    assert drawn.count("&lt;b") >= 9
    assert "<em>words</em>" in drawn


def test_a_field_with_an_error_says_so_at_its_control(drawn):
    assert 'id="id_text_error"' in drawn
    assert 'aria-describedby="id_text_helptext id_text_error"' in drawn
    assert drawn.count("is-invalid") == 4
    assert '<input type="hidden" name="key"' in drawn


def test_only_what_may_be_left_out_is_called_optional(drawn):
    assert drawn.count('class="optional"') == 1


def test_one_field_is_drawn_alone_with_a_class_of_its_widget():
    class Numbers(forms.Form):
        n = forms.IntegerField(widget=forms.NumberInput(attrs={"class": "sum"}))

    assert 'class="sum form-control"' in Numbers()["n"].as_field_group()
