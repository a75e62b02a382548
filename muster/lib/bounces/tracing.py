"""Which delivery a returned message may be about: words that may be its code, likeliest first."""

import re
from email.message import Message

from muster.lib.bounces.opening import header, text_of, walk
from muster.lib.bounces.reports import returned_in

MOST = 20
OWN = "X-Muster-Delivery"
OURS = re.compile(rf"^[> \t]*{OWN}:\s*([\w-]{{8,100}})", re.I | re.M)
IDS = re.compile(r"<([^@<>\s]{8,100})@[^@<>\s]+>")
NAMED = re.compile(r"^[> \t]*Message-ID:\s*<([^@<>\s]{8,100})@", re.I | re.M)
SENT_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
EXTENDED = re.compile(r"[+=]([\w-]{8,100})@")  # the address it came to names the delivery (VERP)


def traces_in(message: Message) -> tuple[str, ...]:
    brought = returned_in(message)
    found = [header(inner, OWN) for inner in brought]
    texts = [text_of(part) for part in walk(message) if part.get_content_maintype() == "text"]
    found += [code for text in texts for code in OURS.findall(text)]
    for name in ("In-Reply-To", "References"):
        found += reversed(IDS.findall(header(message, name)))
    found += [code for name in SENT_TO for code in EXTENDED.findall(header(message, name))]
    found += [code for inner in brought for code in IDS.findall(header(inner, "Message-ID"))]
    found += [code for text in texts for code in NAMED.findall(text)]
    return tuple(dict.fromkeys(filter(None, found)))[:MOST]
