"""What every staff screen stands in: layout, navigation, errors, palette, live updates."""
