"""Coming in by proof of an address, and leaving."""
