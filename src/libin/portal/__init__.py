"""What a customer sees of us: writing to us, her requests, her verdict."""
