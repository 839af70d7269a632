"""Doors for browsers: fetch through visible_to, then render; or form, one action, redirect."""
