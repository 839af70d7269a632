"""What may be done to the records of the evaluation: a row each."""
