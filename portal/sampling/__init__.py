"""Samples that anybody can draw again: frame, plan, seed, draw.

Knows no models. docs/sampling.md describes the construction and has a listing that redraws a sample
without this package; ADR 0055 says why it is made so.
"""
