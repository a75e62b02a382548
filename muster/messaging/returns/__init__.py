"""What comes back of what was sent, from wherever it is heard, and what comes of it.

Every source says it the same way: `taking_in.take_in(organisation, CameBack(...), at=...)`.
"""
