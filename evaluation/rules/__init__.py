"""May this person do this now? One file for each noun."""
