"""What customers say of our service: invitations, answers, and what a low score sets in motion."""
