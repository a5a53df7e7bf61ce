"""Screens about mailboxes, mail that got stuck, and failed work."""
