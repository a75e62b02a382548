"""What places tell the journal."""

TARGETS_CHOSEN = "targets chosen"
TARGETS_IN_USE = "targets in use"
