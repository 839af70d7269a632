"""Estimates of a population from a sample, with their uncertainty.

Knows no models. docs/sampling.md states formulas and limits; the tests check them against published
results of R's survey package.
"""
