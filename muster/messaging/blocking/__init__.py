"""Mail accounts that a receiving side refuses: who, how often, in which words, what to do."""
