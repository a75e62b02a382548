"""Two of the list that may be one person: likeness, merging, and the way back."""
