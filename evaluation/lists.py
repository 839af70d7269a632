"""The lists of evaluation as a person can shape them."""
