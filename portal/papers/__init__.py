"""Official papers in the layout of GB/T 9704-2012, as pure functions: a Paper becomes a Word file
(`word.py`); the page to print has the same grid (`static/css/paper.css`)."""
