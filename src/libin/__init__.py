"""Libin runs the service handbook."""
