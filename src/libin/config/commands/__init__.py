"""The `libin` command: start, prepare, back up and check an installation."""
