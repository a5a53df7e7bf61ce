"""What every page of the portal stands on: who is at the door, how often somebody came, the frame."""
