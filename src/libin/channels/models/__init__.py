"""Tables of the channels."""

from libin.channels.models.inbound import InboundMail, MessageIndex
from libin.channels.models.mailbox import Mailbox
from libin.channels.models.outbound import AutoReply, Undelivered

__all__ = ["AutoReply", "InboundMail", "Mailbox", "MessageIndex", "Undelivered"]
