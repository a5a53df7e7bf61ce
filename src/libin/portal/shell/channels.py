"""Which channel of the handbook the portal's words came through."""

from libin.handbook.rules import Handbook

FORM = ("form", "portal")
PORTAL = ("portal", "form")


def form_channel(book: Handbook) -> str:
    """The channel of the public form."""
    return _first(FORM, book)


def portal_channel(book: Handbook) -> str:
    """The channel of a signed-in customer's words."""
    return _first(PORTAL, book)


def _first(codes: tuple[str, ...], book: Handbook) -> str:
    """The first of these that the handbook has, else its first written channel."""
    known = [code for code in codes if code in book.channels]
    written = [channel.code for channel in book.channels.values() if channel.mode == "async"]
    return (known or written)[0]
