"""May this person do this to this record in its present state? One file for each noun."""
