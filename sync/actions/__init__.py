"""Every change to devices and entries."""
