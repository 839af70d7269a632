"""The demo: an invented county with a year behind it, and a province to measure with."""

# Dotted names of functions (county) by which apps above add their records, in ready().
ADDED_ABOVE = []
