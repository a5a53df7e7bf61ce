"""People and organisations we serve: who they are, their tier, how they reach us, who looks after them."""
