"""The programs `muster serve` keeps running, each a process of its own."""
