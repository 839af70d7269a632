"""The demo: an invented county with a year behind it, and a province to measure with."""

# Modules of the apps above that add their rows, by name, in the order of making. For the county
# they have CHAPTER and make(county); for the province fill(province), and RECIPE, raised when its
# rows change.
MORE_OF_A_COUNTY: list[str] = []
MORE_OF_A_PROVINCE: list[str] = []
