"""The browser journeys run in, where it is found."""

import shutil

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str | None:
    """Debian's Chromium, or another of its names."""
    return shutil.which("chromium") or shutil.which("chromium-browser")
