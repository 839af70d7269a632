"""Acts on the records of works, one row each."""

from works.acts import proposals  # noqa: F401 (it registers its acts and its words of the audit)
