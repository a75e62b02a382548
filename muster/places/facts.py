"""What places tell the journal."""

TARGETS_CHOSEN = "targets chosen"
