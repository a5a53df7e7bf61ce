"""Views of the workspace: load, one action, render."""
