"""What content tells the journal. Codes only: the words themselves stay here."""

MASTER_WRITTEN = "master written"
MASTER_CHANGED = "master changed"
MASTER_APPROVED = "master approved"
APPROVAL_WITHDRAWN = "approval withdrawn"
CONFIRMATION_WRITTEN = "confirmation written"
