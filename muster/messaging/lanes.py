"""A lane: what one thread of a sender keeps from job to job, its open lines above all."""

import threading
import time
from dataclasses import dataclass, field

from muster.channels import email
from muster.channels.email import EmailLine
from muster.channels.models import EmailAccount
from muster.messaging import pooling
from muster.messaging.claiming import CLAIM
from muster.messaging.handover import HandoverLog
from muster.messaging.senders import Sender, this_sender
from muster.messaging.statements import listed, run

LANES = 4  # of a worker as it usually runs
IDLE = 20.0  # seconds after which a server may have hung up on us
MOST, FEWEST = 128, 8  # deliveries in one claim
QUICK, SLOW = 0.25, 4.0  # seconds that one claim takes

STILL_OWED = """
SELECT DISTINCT d.fence FROM messaging_sending s
  JOIN messaging_delivery d ON d.month = s.month AND d.sending_id = s.id
 WHERE s.state <> 'finished' AND d.state = 1 AND d.sender_id = %(sender)s
   AND d.fence = ANY(%(fences)s::bigint[])
"""


Address = tuple[int, str, str, int, str]


@dataclass
class Lane:
    """What one thread of a sender keeps from job to job: its log, its slot, its open lines."""

    sender: Sender
    slot: int
    log: HandoverLog
    lines: dict[Address, tuple[EmailLine, float]] = field(default_factory=dict)
    most: int = CLAIM

    def line(self, account: EmailAccount) -> EmailLine:
        """An open line to the account's service. Raises `Unreachable`, `CannotOpen`.

        Each lane has its own, unless the account allows more or fewer than there are lanes.
        """
        if account.connections != LANES:
            key = (*address_of(account), account.connections)
            return pooling.share_of(key, lambda: email.open_line(account), account.connections)
        kept, used_at = self.lines.pop(address_of(account), (None, 0.0))
        if kept is not None and kept.is_open:
            if time.monotonic() - used_at < IDLE:
                return kept
            kept.close()
        return email.open_line(account)

    def keep(self, account: EmailAccount, line: EmailLine) -> None:
        if line.is_open and not isinstance(line, pooling.Share):
            self.lines[address_of(account)] = (line, time.monotonic())

    def learn(self, seconds: float) -> None:
        """Claim more where the server is quick, fewer where a lease would not last."""
        if seconds < QUICK:
            self.most = min(MOST, self.most * 2)
        elif seconds > SLOW:
            self.most = max(FEWEST, self.most // 2)

    def forget_settled(self) -> None:
        """Claims whose settling failed are owed to the log until their leases lapsed and it was
        read: recovering settles them, here or in another lane."""
        if self.log.owed:
            asked = {"sender": self.sender.id, "fences": listed(self.log.owed)}
            self.log.owed = {row[0] for row in run(STILL_OWED, asked)}

    def close(self) -> None:
        for line, _ in self.lines.values():
            line.close()
        self.lines.clear()


_local = threading.local()


def address_of(account: EmailAccount) -> Address:
    """What a line leads to, and in whose name: a rehearsal's is never taken for a real one."""
    return account.pk, account.provider, account.host, account.port, account.from_address


def this_lane() -> Lane:
    """This thread's lane of this process's sender."""
    sender = this_sender()
    lane: Lane | None = getattr(_local, "lane", None)
    if lane is None or lane.sender is not sender:
        slot, log = sender.lane()
        lane = _local.lane = Lane(sender, slot, log)
    return lane
