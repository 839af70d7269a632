"""May this person do this to this record, as it stands now? One file for each noun."""
