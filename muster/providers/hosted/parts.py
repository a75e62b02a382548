"""A compiled letter as the parts that hosted services ask for."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from anymail.message import AnymailMessage

from muster.channels.email import Letter

CODE = "muster"
"""What our code for the delivery is called in a service's metadata."""
# The service writes these itself, or they would be about another message.
THEIRS = {"from", "to", "subject", "date", "mime-version", "dkim-signature", "message-id"}
SAYS_NO_TRACKING = {"mailgun", "postmark", "sendgrid"}


def message_of(letter: Letter, provider: str) -> AnymailMessage:
    """The letter as a message of anymail's: both parts, our headers, our code, no tracking."""
    read = message_from_bytes(letter.body, policy=policy.default)
    assert isinstance(read, EmailMessage)
    text, rich = read.get_body(("plain",)), read.get_body(("html",))
    message = AnymailMessage(
        subject=str(read["subject"]),
        body=text.get_content() if text else "",
        from_email=str(read["from"]),
        to=[str(read["to"])],
        headers={
            name: str(value)
            for name, value in read.items()
            if name.lower() not in THEIRS and not name.lower().startswith("content-")
        },
    )
    if rich:
        message.attach_alternative(rich.get_content(), "text/html")
    message.metadata = {CODE: letter.code}
    if provider in SAYS_NO_TRACKING:
        message.track_opens = message.track_clicks = False
    return message
