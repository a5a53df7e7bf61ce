"""A signed-in customer's requests: list, conversation, answer, preferences."""
