"""What is kept and changed about one person, with the history of every change."""
