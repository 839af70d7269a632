"""The villager's door: pages for people who scan a card, without an account and without script."""
