"""The same list, shaped as OSDI has it, for programs made for Action Network: /api/v1/osdi."""
