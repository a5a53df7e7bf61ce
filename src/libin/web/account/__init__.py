"""The staff's own door and desk drawer: signing in, second factor, profile, sessions."""
