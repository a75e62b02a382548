"""Explicit consent to be chosen by what the law guards most (DP-9, DP-9T).

Kept as every consent is: to exact words, on a channel, from a place, on a day, with the purpose
`SPECIAL`; withdrawn at a press. Whoever said yes on one channel has said it; a later no on that
channel takes it back.
"""

SPECIAL = "special data"
