"""Explicit consent to be chosen by what the law guards most (DP-9, DP-9T).

Kept as every consent is: to exact words, on a channel, from a place, on a day, with the purpose
`SPECIAL`; withdrawn at a press. Whoever said yes on one channel has said it; a later no on that
channel takes it back.
"""

SPECIAL = "special data"

STANDS = f"""
EXISTS (SELECT 1 FROM people_consentevent yes
         WHERE yes.person_id = p.id AND yes.purpose = '{SPECIAL}' AND yes.is_given
           AND NOT EXISTS (SELECT 1 FROM people_consentevent no
                            WHERE no.person_id = p.id AND no.purpose = '{SPECIAL}'
                              AND no.channel = yes.channel AND NOT no.is_given
                              AND no.at >= yes.at))
"""
"""Does the yes of a person `p` stand? As audiences ask it of everybody (`compiling`)."""
