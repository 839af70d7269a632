"""Pages of evaluation at the villager's door: a voter with a slip, and nobody's account."""
