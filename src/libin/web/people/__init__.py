"""Screens about the people who work here."""
