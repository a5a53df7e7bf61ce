"""The agent workspace: queue, case, acts, the day."""
