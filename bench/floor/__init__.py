"""The floor: the least a Django page can cost on the same data."""
