"""Forms for channels of reminders. They save nothing."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.duties import sending
from portal.forms.fields import text
from portal.pages.forms import ReaderForm


class MailForm(ReaderForm):
    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=120,
        help_text=_("Of your organ, if you have one: numbers and deadlines of matters go there."),
    )

    def clean_address(self):
        address = self.cleaned_data["address"]
        if not address.isascii():
            raise ValidationError(_("Write the address in Latin letters."))
        return address

    def clean(self):
        cleaned = super().clean()
        return cleaned | {"service": ""} if "address" in cleaned else cleaned


class ChatForm(ReaderForm):
    address = text(
        _("Webhook of the robot"),
        400,
        _(
            "In WeCom, DingTalk or Feishu: open a group of your own, add a robot, copy its "
            "webhook. If the robot asks for a keyword, give it “Portal”."
        ),
    )
    secret = text(
        _("Signing secret"), 128, _("Only where DingTalk shows one (加签)."), required=False
    )

    def clean(self):
        cleaned = super().clean()
        secret = cleaned.pop("secret", "").strip()
        if "address" in cleaned:
            try:
                service, address = sending.read_chat_address(cleaned["address"], secret)
            except sending.AddressProblem as problem:
                raise ValidationError({"address": str(problem)}) from problem
            cleaned |= {"service": service, "address": address}
        return cleaned


class CodeForm(ReaderForm):
    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("Code of the test message"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"invalid": _("The code has six digits.")},
    )

    def clean_code(self):
        return self.cleaned_data["code"].strip()
