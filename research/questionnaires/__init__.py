"""Questionnaires as XLSForms: read from a workbook, checked, and walked with a set of answers.

Nothing here knows the database, a request or the clock. A definition and its expressions are plain
JSON, which static/js/questionnaire.js walks in the same way.
"""
