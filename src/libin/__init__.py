"""Libin runs the service handbook."""

__version__ = "0.1.0"
