"""Verdicts on the staff's screens: low scores to follow up, and what the answers add up to."""
