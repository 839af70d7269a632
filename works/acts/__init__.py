"""Acts on the records of works, one row each."""

from works.acts import (  # noqa: F401 (each registers its acts and its words of the audit)
    disclosures,
    proposals,
    talks,
)
