"""Everything looked at before a message goes out: what stands in the way, and what to look at."""
