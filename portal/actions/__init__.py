"""Every change to places, people, accounts and norms; one module per noun."""
