"""Official sheets, one file for each; they register themselves."""
