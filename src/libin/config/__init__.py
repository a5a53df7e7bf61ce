"""The top of the house: settings, addresses, commands."""
