"""When a message goes out: at once, at a time, over a spread, a share of it first."""
