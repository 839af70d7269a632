"""Official papers in the layout of GB/T 9704-2012, as pure functions: a Paper becomes a Word file
(`word.py`) or a page to print (`templates/oversight/papers/print.html`, with `grid.py`)."""
