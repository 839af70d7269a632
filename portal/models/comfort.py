"""Users' own settings of lists: private, and not audited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.constraints import check, unique
from portal.models.people import User
from portal.rows import Rows

FILTERS_KEPT = 20  # per list, so that the menu stays short


class SavedFilterQuerySet(Rows):
    def visible_to(self, user):
        return self.filter(user=user)


class SavedFilter(models.Model):
    """Filters of a list under a user's own name, as a query of known parameters."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters")
    user_id: int
    # The url name of the list.
    page = models.CharField(max_length=60, db_collation="C")
    name = models.CharField(_("name"), max_length=20)
    query = models.CharField(max_length=1000)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        constraints = [
            unique(
                "one_saved_filter_of_a_name_on_a_list",
                "user page name",
                said=_("You have a filter of this name on this list already."),
            ),
            check("a_saved_filter_filters_something", ~models.Q(query="")),
        ]

    def __str__(self):
        return f"{self.user_id} {self.page} {self.name}"
