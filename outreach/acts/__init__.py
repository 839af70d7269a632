"""What may be done to the records of going down: a row each."""
