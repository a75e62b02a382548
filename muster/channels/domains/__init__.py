"""The domains an organisation's e-mail comes from, and what DNS says of them."""
