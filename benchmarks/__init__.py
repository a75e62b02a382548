"""How fast Muster is, beside what the machine could do at most."""
