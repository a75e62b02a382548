"""Files of people taken in: opened, mapped, counted first, read, reported, undone."""
