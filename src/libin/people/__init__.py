"""The people who work here: who they are, what they may, what they can, and when they are here."""
