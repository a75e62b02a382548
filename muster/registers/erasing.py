"""What this room holds: electors, who are nobody's supporters here (DP-17).

No row points at a person of the list, and nothing of the register is ever joined to one: the
register itself is removed, whole, with `loading.remove`, when the work it was received for is done.
"""
