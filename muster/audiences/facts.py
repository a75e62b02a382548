"""What this room tells the journal. Facts carry codes only."""

AUDIENCE_SAVED = "audience saved"
AUDIENCE_PUT_AWAY = "audience put away"
AUDIENCE_FROZEN = "audience frozen"
