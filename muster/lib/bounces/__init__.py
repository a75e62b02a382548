"""What comes back to the address that bulk e-mail is sent from, read: `read(raw)` never raises.

Delivery reports (RFC 3464, with the codes of RFC 3463), complaints (RFC 5965), automatic answers
(RFC 3834) and the dialects of servers that know no standard, by way of flufl.bounce. The rule over
all others: what may pass is never called hard. Hard takes a reason, and nothing that speaks against
it; a failure without a reason is `unknown`.
"""

from muster.lib.bounces.reading import read
from muster.lib.bounces.told import Failure, Kind, Returned

__all__ = ["Failure", "Kind", "Returned", "read"]
