"""The demo: an invented service centre in its ninetieth day, and its customers' mailbox."""
