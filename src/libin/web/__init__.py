"""What staff see: the workspace, by screen area."""
