"""The villager's door: pages for whoever scans a card, without an account and without script."""
