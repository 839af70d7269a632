"""Duties and reminders, one file for each noun."""

from evaluation.duties import (  # noqa: F401
    cycles,
    hand_overs,
    hints,
    honours,
    members,
    paper,
    polls,
    scores,
    words,
)
