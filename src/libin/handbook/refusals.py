"""Why something cannot be done with the handbook."""

from libin.kernel.errors import NotFound, Refusal


class NoHandbookInForce(Refusal):
    """No handbook is in force yet; publish one first."""


class NoSuchVersion(NotFound):
    """There is no such version of the handbook."""


class EffectiveInThePast(Refusal):
    """A version cannot take effect in the past."""


class LaterVersionWaits(Refusal):
    """Version %(number)d is published for a later instant; withdraw it first or choose a later instant."""


class HandbookMovedOn(Refusal):
    """Somebody else published version %(number)d meanwhile; look at what changed and try again."""


class VersionIsFinal(Refusal):
    """A published version cannot be changed; begin a new draft."""


class OnlyVersionInForce(Refusal):
    """This is the only published version; publish another before withdrawing it."""


class VersionNotPublished(Refusal):
    """Only a published version can be withdrawn or acknowledged."""


class NoSuchFile(NotFound):
    """The handbook has no such file."""
