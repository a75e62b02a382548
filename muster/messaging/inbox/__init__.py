"""People's answers, as conversations that a team shares."""
