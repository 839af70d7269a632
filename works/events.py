"""Labels of the nouns of works in the audit."""

from django.utils.translation import pgettext_lazy

from portal.events import name_nouns

name_nouns(
    {
        "congressproposal": pgettext_lazy("noun", "Proposal of the workers' congress"),
        "congressstep": pgettext_lazy("noun", "Step of a proposal"),
        "disclosure": pgettext_lazy("noun", "Disclosure"),
        "talk": pgettext_lazy("noun", "Talk"),
    }
)
