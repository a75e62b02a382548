"""Handing e-mail to a mail server over one connection, as fast as it answers (RFC 5321, 2920).

Where the server offers PIPELINING, a message's body travels together with the next message's
MAIL, RCPT and DATA, so a message costs one round trip; where it does not, each command waits.
Either way at most one body is ever begun and unanswered, and the caller is told before it begins
and after it is answered: what nobody answered is never guessed at.
"""

from muster.lib.smtp.answers import Answer, End, Letter, Lost, Unreachable
from muster.lib.smtp.connection import Connection

__all__ = ["Answer", "Connection", "End", "Letter", "Lost", "Unreachable"]
