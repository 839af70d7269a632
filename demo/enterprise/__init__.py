"""An invented central enterprise: a group with subsidiaries, workshops and teams in three
provinces, without administrative divisions."""
