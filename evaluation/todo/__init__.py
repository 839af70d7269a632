"""What waits for an act of somebody, one file for each noun; its kinds register themselves."""
