"""What a password needs beyond Django's own rules (GB/T 22239 口令; docs/security.md)."""

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CLASSES = (str.islower, str.isupper, str.isdecimal, lambda one: not one.isalnum())


class SeveralClasses:
    """So many of the four classes: lower case, upper case, digits, others."""

    def validate(self, password, user=None):
        found = sum(any(map(is_of, password)) for is_of in CLASSES)
        if found < settings.PASSWORD_CLASSES:
            raise ValidationError(self.get_help_text())

    def get_help_text(self):
        return _(
            "A password needs characters of at least %(n)s of these four kinds: lower case "
            "letters, upper case letters, digits, others such as - or !."
        ) % {"n": settings.PASSWORD_CLASSES}


class NotUsedBefore:
    """Refuses the last passwords of the account. The current one is compared in
    portal/sign_in/accounts.py, and counts as one of them unless it is that of a slip."""

    def validate(self, password, user=None):
        if user is None or user.pk is None:
            return
        kept = settings.PASSWORD_HISTORY - (not user.must_change_password)
        past = user.past_passwords.order_by("-ended_at", "-pk")[: max(kept, 0)]
        if any(check_password(password, one.password) for one in past):
            raise ValidationError(
                _("This password was used before. Choose one that is not among the last %(n)s.")
                % {"n": settings.PASSWORD_HISTORY}
            )

    def get_help_text(self):
        return _("The last %(n)s passwords of the account cannot be used again.") % {
            "n": settings.PASSWORD_HISTORY
        }
