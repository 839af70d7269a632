"""Demo data: an invented county and an enterprise, each with a year of records, and a province for
measurements."""

# Modules with the rows of the apps above outreach, in order of creation, imported on demand. A
# module of the county has CHAPTER and make(county); one of the province has fill(province), and
# RECIPE, which is incremented when its rows change.
MORE_OF_A_COUNTY = (
    "demo.neighbours",
    "demo.works",
    "demo.pairing",
    "demo.evaluation",
    "demo.research",
    "demo.oversight",
    "demo.phones",
)
# Chapters of the enterprise after its visits and matters, each with CHAPTER and make(group).
MORE_OF_AN_ENTERPRISE = (
    "demo.enterprise.gatherings",
    "demo.enterprise.works",
    "demo.enterprise.aid",
    "demo.enterprise.helping",
    "demo.enterprise.evaluation",
    "demo.enterprise.papers",
)
MORE_OF_A_PROVINCE = ("demo.pairing.province",)
