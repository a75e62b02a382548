"""What servers of many makes send back, in their manner; people and places are made up."""

from textwrap import dedent

CODE = "AAAAAAEAAAAAAAJc9kQ2xZ-_aB3d"
RETURNED = f"""\
From: Fair Future <us@example.org>
To: Ann <ann@example.net>
Subject: Not spam: mailbox full of hope, try again later
Message-ID: <{CODE}@example.org>
X-Muster-Delivery: {CODE}

Dear Ann,
"""


def message(head: str, body: str) -> bytes:
    return (dedent(head).strip() + "\n\n" + dedent(body).lstrip("\n")).encode()


def report(
    fields: str, said: str = "It failed.", sender: str = "MAILER-DAEMON@example.net"
) -> bytes:
    """A delivery report as the standard has it; recipients' fields are parted by empty lines."""
    return (
        f"Return-Path: <>\nFrom: Mail Delivery System <{sender}>\nTo: b+{CODE}@example.org\n"
        "Subject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status;\n"
        ' boundary="=_b"\n\n'
        f"--=_b\nContent-Type: text/plain; charset=us-ascii\n\n{said}\n"
        "--=_b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example.net\n\n{dedent(fields).strip()}\n\n"
        f"--=_b\nContent-Type: message/rfc822\n\n{RETURNED}\n--=_b--\n"
    ).encode()


def failed(status: str, said: str, to: str = "ann@example.net") -> bytes:
    return report(
        f"Final-Recipient: rfc822; {to}\nAction: failed\nStatus: {status}\nDiagnostic-Code: {said}"
    )


STANDARD = {
    "postfix, nobody": (
        failed("5.1.1", "smtp; 550 5.1.1 <ann@example.net>: Recipient address rejected: User"
               " unknown in local recipient table"),
        "hard", "5.1.1",
    ),
    "office 365, nobody": (
        failed("5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by"
               " SMTP address lookup"),
        "hard", "5.1.10",
    ),
    "gmail, nobody": (
        failed("5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist."
               " Please try 550-5.1.1 double-checking the recipient's email address for typos"),
        "hard", "5.1.1",
    ),
    "no status but the server's own": (
        failed("5.0.0", "smtp; 550 5.1.1 unknown user"), "hard", "5.1.1",
    ),
    "gmx, nobody": (
        failed("5.0.0", "smtp; 550 Requested action not taken: mailbox unavailable, Empfänger"
               " unbekannt"),
        "hard", "5.0.0",
    ),
    "full for good": (
        failed("5.2.2", "smtp; 552 5.2.2 The email account that you tried to reach is over quota"),
        "full", "5.2.2",
    ),
    "full, called nobody": (
        failed("5.1.1", "smtp; 550 5.1.1 mailbox of ann is full"), "full", "5.1.1",
    ),
    "full, by no code": (
        failed("5.0.0", "x-unix; Quota exceeded"), "full", "5.0.0",
    ),
    "gave up after days": (
        failed("4.4.7", "smtp; 450 4.1.1 <ann@example.net>: User unknown (in greylist)"),
        "soft", "4.4.7",
    ),
    "gave up, called for good": (
        failed("5.4.7", "smtp; 550 4.4.7 QUEUE.Expired; message expired"), "soft", "4.4.7",
    ),
    "hard code, soft answer": (
        failed("5.1.1", "smtp; 450 4.2.1 User unknown for now"), "soft", "4.2.1",
    ),
    "no such domain": (
        failed("5.1.2", "dns; Host or domain name not found"), "soft", "5.1.2",
    ),
    "too large": (
        failed("5.3.4", "smtp; 552 5.3.4 Message size exceeds fixed limit"), "soft", "5.3.4",
    ),
    "outlook.com, blocked": (
        failed("5.7.1", "smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent."
               " Please contact your Internet service provider since part of their network is on"
               " our block list (S3150)."),
        "blocked", "5.7.1",
    ),
    "gmail, dmarc": (
        failed("5.7.26", "smtp; 550-5.7.26 Unauthenticated email from example.org is not accepted"
               " due to domain's DMARC policy."),
        "blocked", "5.7.26",
    ),
    "proofpoint": (
        failed("5.0.0", "smtp; 554 Blocked - see https://ipcheck.example.net/?ip=192.0.2.1"),
        "blocked", "5.0.0",
    ),
    "mimecast": (
        failed("5.0.0", "smtp; 550 Rejected by header based manually Blocked Senders"),
        "blocked", "5.0.0",
    ),
    "barracuda": (
        failed("5.0.0", "smtp; 554 Service unavailable; Client host [192.0.2.1] blocked using"
               " Barracuda Reputation"),
        "blocked", "5.0.0",
    ),
    "spam, called nobody": (
        failed("5.1.1", "smtp; 550 5.1.1 rejected as spam"), "blocked", "5.1.1",
    ),
    "yahoo, complaints": (
        failed("4.7.0", "smtp; 421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due"
               " to user complaints"),
        "soft", "4.7.0",
    ),
    "disabled": (
        failed("5.2.1", "smtp; 550 5.2.1 This account has been disabled."), "hard", "5.2.1",
    ),
    "disabled, nobody says for how long": (
        failed("5.2.1", "smtp; 550 5.2.1 Mailbox disabled"), "unknown", "5.2.1",
    ),
    "no reason": (failed("5.0.0", "smtp; 550 Denied"), "unknown", "5.0.0"),
}  # fmt: skip

DELAYED = report("Final-Recipient: rfc822; ann@example.net\nAction: delayed\nStatus: 4.4.1")
ARRIVED = report("Final-Recipient: rfc822; ann@example.net\nAction: relayed\nStatus: 2.1.9")
FORWARDED = report(
    """\
    Original-Recipient: rfc822;ann@example.net
    Final-Recipient: rfc822;one@example.com
    Action: failed
    Status: 5.1.1

    Final-Recipient: rfc822;two@example.com
    Action: failed
    Status: 4.2.2 (mailbox full)
    """
)


def plain(sender: str, subject: str, body: str) -> bytes:
    head = f"Return-Path: <>\nFrom: {sender}\nTo: us@example.org\nSubject: {subject}"
    return message(head, body) + b"\n" + RETURNED.encode()


DIALECTS = {
    "qmail": (
        plain("MAILER-DAEMON@example.net", "failure notice", """
            Hi. This is the qmail-send program at example.net.
            I'm afraid I wasn't able to deliver your message to the following addresses.
            This is a permanent error; I've given up. Sorry it didn't work out.

            <ann@example.net>:
            Sorry, no mailbox here by that name. (#5.1.1)

            --- Below this line is a copy of the message.
            """),
        "hard",
    ),
    "qmail, full": (
        plain("MAILER-DAEMON@example.net", "failure notice", """
            Hi. This is the qmail-send program at example.net.

            <ann@example.net>:
            The users mailfolder is over the allowed quota (size). (#5.2.2)

            --- Below this line is a copy of the message.
            """),
        "full",
    ),
    "exim": (
        plain("Mail Delivery System <Mailer-Daemon@example.net>",
              "Mail delivery failed: returning message to sender\n"
              "X-Failed-Recipients: ann@example.net", """
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of its
            recipients. This is a permanent error. The following address(es) failed:

              ann@example.net
                Unrouteable address: unknown user

            ------ This is a copy of the message, including all the headers. ------
            """),
        "hard",
    ),
    "exim, not yet": (
        plain("Mail Delivery System <Mailer-Daemon@example.net>",
              "Warning: message 1abc delayed 24 hours", """
            This message was created automatically by mail delivery software.
            A message that you sent has not yet been delivered to one or more of its recipients.

            The address to which the message has not yet been delivered is:

              ann@example.net

            No action is required on your part. Delivery attempts will continue.
            """),
        "delayed",
    ),
    "yahoo": (
        plain("MAILER-DAEMON@example.net", "Failure Notice", """
            Sorry, we were unable to deliver your message to the following address.

            <ann@example.net>:
            554: 30: Sorry, your message to ann@example.net cannot be delivered. This mailbox is
            disabled (554.30). This account has been disabled or discontinued.

            --- Below this line is a copy of the message.
            """),
        "hard",
    ),
    "domino": (
        plain("Postmaster@example.net", "DELIVERY FAILURE: User ann not listed", """
            Your message

              Subject: Spam

            was not delivered to:

              ann@example.net

            because:

              User ann (ann@example.net) not listed in Domino Directory

            """),
        "hard",
    ),
    "groupwise": (
        plain("Mailer-Daemon@example.net", "Message status - undeliverable", """
            The message that you sent was undeliverable to the following:
            \tann@example.net (mailbox is full)
            """),
        "full",
    ),
    "exchange of old": (
        plain("System Administrator <postmaster@example.net>", "Undeliverable: Spam", """
            Your message

              To:      ann@example.net
              Subject: Spam
              Sent:    Mon, 4 May 2026 12:00:00

            did not reach the following recipient(s):

            ann@example.net on Mon, 4 May 2026 12:00:01
                The recipient name is not recognized
            """),
        "hard",
    ),
    "aol": (
        plain("Mail Delivery Subsystem <MAILER-DAEMON@example.net>", "Mail Delivery Problem", """
            Your mail to the following recipients could not be delivered because they are not
            accepting mail from us@example.org:
            \tann
            """),
        "blocked",
    ),
    "no connection": (
        plain("MAILER-DAEMON@example.net", "failure notice", """
            Hi. This is the qmail-send program at example.net.

            <ann@example.net>:
            Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)
            I'm not going to try again; this message has been in the queue too long.

            --- Below this line is a copy of the message.
            """),
        "soft",
    ),
    "german": (
        plain("postmaster@example.net", "Unzustellbar: Frühling", """
            <ann@example.net>: Das Postfach des Empfängers ist voll
            """),
        "full",
    ),
    "no reason at all": (
        plain("MAILER-DAEMON@example.net", "Undelivered", "Your message was not delivered.\n"),
        "unknown",
    ),
}  # fmt: skip

COMPLAINT = f"""\
From: <feedback@example.net>
To: abuse@example.org
Subject: FW: Not spam
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_f"

--=_f
Content-Type: text/plain

This is an email abuse report.
--=_f
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Rcpt-To: <ann@example.net>

--=_f
Content-Type: message/rfc822

{RETURNED}
--=_f--
""".encode()
