"""How customers reach us and how we answer: mailboxes, inbound mail, forms, acknowledgements."""
