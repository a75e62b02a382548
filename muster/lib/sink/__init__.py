"""A mail server that delivers nothing: it takes every message, writes it down and shows it.

It listens on loopback only. Each message's delivery code is in the log before its sender is told
"250": what a sender believes delivered is always in the log.
"""

from muster.lib.sink.server import Rule, Sink, serve
from muster.lib.sink.store import Kept, Store, read_log

__all__ = ["Kept", "Rule", "Sink", "Store", "read_log", "serve"]
