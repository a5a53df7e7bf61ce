"""Every question about the people who work here."""

from libin.people.queries.actors import actor_of

__all__ = ["actor_of"]
