"""The demo: an invented county with a year behind it, and a province to measure with."""

# Modules of the apps above with a `make(county)` of their own, by name, in the order of making.
ABOVE: list[str] = []
