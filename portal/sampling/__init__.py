"""Samples that anybody can reproduce: frame, plan, seed, draw.

Knows no models. docs/sampling.md describes the construction and lists a script that repeats a draw
without this package; ADR 0055 gives the reasons.
"""
