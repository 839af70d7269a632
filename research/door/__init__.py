"""Questionnaires at the villager's door."""
