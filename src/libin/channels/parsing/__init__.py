"""Reads raw mail, in a process that may be killed; nothing here knows Django."""
