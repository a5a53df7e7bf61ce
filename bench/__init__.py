"""Every figure of the documentation comes from here."""
