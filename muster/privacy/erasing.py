"""What this room keeps about a person, and how to forget it (DP-17)."""
