"""How a sending stands while it runs: deferred, being handed over, its pace, what people did."""
