"""The demo: an invented county with a year behind it, and a province to measure with."""

# Modules of the apps above that add their rows to a province, by name: read when one is built.
# Each has RECIPE, raised when its rows change, and fill(province).
MORE_OF_A_PROVINCE = []
