"""The desk: cases, conversations, promises, routing and process steps."""
