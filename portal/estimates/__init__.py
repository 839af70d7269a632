"""What a sample says about its population, and how surely.

Knows no models. Formulas and limits are stated in docs/sampling.md; the tests hold them against
published results of R's survey package.
"""
