"""Rules: may this person do this now? One file for each noun."""
