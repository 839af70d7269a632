"""The demo: an invented county with a year behind it, an enterprise like it, and a province to
measure with."""

# Modules that add the rows of the apps above outreach, in the order of making, imported when they
# are needed. Of a county they have CHAPTER and make(county); of a province fill(province), and
# RECIPE, raised when its rows change.
MORE_OF_A_COUNTY = (
    "demo.neighbours",
    "demo.works",
    "demo.pairing",
    "demo.evaluation",
    "demo.research",
    "demo.oversight",
    "demo.phones",
)
# The chapters of the enterprise behind its visits and matters, each with CHAPTER and make(group).
MORE_OF_AN_ENTERPRISE = (
    "demo.enterprise.gatherings",
    "demo.enterprise.works",
    "demo.enterprise.aid",
    "demo.enterprise.helping",
    "demo.enterprise.evaluation",
    "demo.enterprise.papers",
)
MORE_OF_A_PROVINCE = ("demo.pairing.province",)
