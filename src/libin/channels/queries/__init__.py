"""Every read about channels."""
