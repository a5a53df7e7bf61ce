"""Every write about channels."""
