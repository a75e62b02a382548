"""Make this very folder importable in the environment, and `muster` a command of it.

Two small files instead of an installed package: nothing to build, and nothing goes stale.
"""

import sys
import sysconfig
from pathlib import Path

here = Path(__file__).resolve().parent.parent
(Path(sysconfig.get_path("purelib")) / "muster-here.pth").write_text(f"{here}\n")
command = Path(sys.prefix) / "bin" / "muster"
command.write_text(f'#!/bin/sh\nexec "{sys.prefix}/bin/python" -m muster "$@"\n')
command.chmod(0o755)
