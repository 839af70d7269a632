"""May this person do this to this device or entry now?"""
