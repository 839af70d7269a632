"""What stripped answers say: reckoned once, suppressed wherever it is shown."""
