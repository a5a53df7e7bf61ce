"""Everything that can be done to people, their roles and their time."""
