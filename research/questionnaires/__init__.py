"""Questionnaires as XLSForms: read from a workbook, checked, and evaluated for a set of answers.

Nothing here uses the database, a request or the clock. A definition and its expressions are plain
JSON, which static/js/questionnaire.js evaluates in the same way.
"""
