"""What stands between the cells of a CSV."""


def delimiter_of(first_line: str) -> str:
    """Comma, semicolon, tab or bar: whichever the heading uses most."""
    return max(",;\t|", key=first_line.count)
