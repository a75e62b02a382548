"""Why the law leaves people out of a channel, in the words audiences show."""

from muster.audiences.leaving_out import Reason, register
from muster.people.models import Way

register(Way.STOPPED, Reason("Asked not to be contacted", "DP-21"))
register(Way.UNSAID, Reason("Never said yes", "PECR-22"), "email", "sms")
register(Way.REFUSED, Reason("Said no", "PECR-22"), "email", "sms")
register(Way.UNSAID, Reason("Never said yes"), "call", "post")
register(Way.REFUSED, Reason("Said no", "DP-21"), "call", "post")
