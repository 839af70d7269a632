"""The demo: an invented county with a year behind it, and a province to measure with."""
