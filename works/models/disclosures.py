"""厂务公开: what an enterprise made public to its workers, where and when."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from outreach.models.needs import near
from outreach.models.placed import OfOrgan
from portal.models import User
from portal.models.constraints import all_or_none, check, index, optional_ref, ref
from portal.models.text import MaskedCharField
from portal.pages import search
from portal.roles import Permission
from portal.rows import Rows
from portal.trust.access import reach


class DisclosureItem(models.TextChoices):
    """What is to be made public; a closed list."""

    OPERATIONS = "operations", pgettext_lazy("disclosures", "Production and operations")
    PAY = "pay", pgettext_lazy("disclosures", "Wages and bonuses")
    CONTRACTS = "contracts", pgettext_lazy("disclosures", "Labour contracts")
    HIRING = "hiring", pgettext_lazy("disclosures", "Hiring and promotion")
    SAFETY = "safety", pgettext_lazy("disclosures", "Safety and health")
    PURCHASING = "purchasing", pgettext_lazy("disclosures", "Purchasing and tenders")
    HOSPITALITY = "hospitality", pgettext_lazy("disclosures", "Business entertainment")
    WELFARE = "welfare", pgettext_lazy("disclosures", "Workers' welfare")
    SUGGESTIONS = "suggestions", pgettext_lazy("disclosures", "Suggestions that were taken up")


class DisclosureWay(models.TextChoices):
    BOARD = "board", pgettext_lazy("disclosures", "Notice board")
    INTRANET = "intranet", pgettext_lazy("disclosures", "Intranet")
    CONGRESS = "congress", pgettext_lazy("disclosures", "Workers' congress")
    SHIFT = "shift", pgettext_lazy("disclosures", "Meeting before the shift")


class DisclosureQuerySet(Rows):
    """Ways of choosing disclosures; every page starts from visible_to()."""

    def visible_to(self, user):
        """Visible to all who work with the portal in the group or county, since it was made
        public."""
        if not user.holds(Permission.SEE_PEOPLE):
            return self.none()
        return self.filter(near(user) | reach(user, Permission.HOST_MATTERS))

    def of_roles(self, user):
        return self.filter(
            reach(user, Permission.READ_MATTERS) | reach(user, Permission.HOST_MATTERS)
        )

    def standing(self):
        return self.filter(withdrawn_on=None)

    def containing(self, text):
        return self.filter(search.in_texts(text, "title", "document"))

    def for_list(self):
        return self.select_related("organ", "host_organ", "unit")


class Disclosure(OfOrgan):
    """Something made public by `organ`; `unit` is set if it was made public in one place only."""

    item = models.CharField(
        pgettext_lazy("disclosures", "item"), max_length=11, choices=DisclosureItem
    )
    title = MaskedCharField(pgettext_lazy("disclosures", "content in one line"), max_length=60)
    published_on = models.DateField(pgettext_lazy("disclosures", "made public on"))
    way = models.CharField(pgettext_lazy("disclosures", "way"), max_length=8, choices=DisclosureWay)
    document = models.CharField(_("document or minutes"), max_length=60, blank=True, default="")
    published_by = ref(User, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = optional_ref(User, related_name="+")
    withdrawn_why = MaskedCharField(max_length=200, blank=True, default="")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        constraints = [
            check(
                "a_disclosure_is_withdrawn_with_day_and_reason",
                all_or_none("withdrawn_on withdrawn_by", "withdrawn_why"),
            ),
            check("a_disclosure_says_what", ~Q(title="")),
        ]
        indexes = [
            index("disclosure_host", "host_organ -published_on -id"),
            index("disclosure_county", "county -published_on -id"),
            index("disclosure_day", "-published_on -id"),
        ]

    def __str__(self):
        return f"{self.published_on} {self.title}"

    def get_absolute_url(self):
        return reverse("works:disclosures")

    @property
    def is_withdrawn(self):
        return self.withdrawn_on is not None
