"""A PostgreSQL server of our own: its folder, its account, its starts, stops and troubles."""

from muster.lib.postgres.cluster import Cluster
from muster.lib.postgres.troubles import AlreadyRunning, CannotStart

__all__ = ["AlreadyRunning", "CannotStart", "Cluster"]
