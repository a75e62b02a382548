"""Keys that must outlive a restart: made once, kept under `var/` for the owner's eyes only."""

import os
import secrets
from pathlib import Path


def signing_key(var: Path) -> str:
    """The key that signs sessions and links. `MUSTER_SECRET` wins over the kept one."""
    return os.environ.get("MUSTER_SECRET") or _kept(var / "secrets" / "signing")


def suppression_key(var: Path) -> str:
    """The key under which suppressed addresses are hashed: losing it forgets every objection."""
    return os.environ.get("MUSTER_SUPPRESSION_SECRET") or _kept(var / "secrets" / "suppression")


def _kept(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
