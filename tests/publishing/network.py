"""The made-up network as a process of its own, started once and told how to behave."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muster.lib import ports, processes
from muster.lib.web import answers_well


@dataclass
class MadeUp:
    """One running service. `kill` ends it as a crash would; `start` brings it back."""

    folder: Path
    port: int = field(default_factory=ports.any_free)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        told = {"MUSTER_VAR": str(self.folder), "MUSTER_PRETEND_PORT": str(self.port)}
        command = [sys.executable, "-m", "muster.cli.programs.pretend"]
        self.process = processes.start(command, environment=os.environ | told)
        for _ in range(400):
            if answers_well(self.port, "/healthz", seconds=1):
                return
            time.sleep(0.05)
        raise AssertionError("the made-up network does not come up")

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def behaves(self, **told: float) -> None:
        self._post("/settings", told)

    def fails(self, where: str, what: str, **more: float) -> None:
        self._post("/faults", {"where": where, "what": what, **more})

    def calm(self) -> None:
        """As every test finds it."""
        request = urllib.request.Request(f"{self.address}/faults", method="DELETE")
        urllib.request.urlopen(request, timeout=5).close()
        self.behaves(latency_ms=0, per_second=10_000, review_s=0, refuse_share=0)

    def read(self, address: str) -> str:
        """A page of it, as a browser gets it."""
        path = address.removeprefix(self.address)
        with urllib.request.urlopen(f"{self.address}{path}", timeout=5) as page:
            words: str = page.read().decode()
        return words

    def log(self, account: str, *, all: bool = False) -> list[dict[str, Any]]:
        """What the judge saw of one account."""
        asked = f"{self.address}/log{'?all=1' if all else ''}"
        with urllib.request.urlopen(asked, timeout=5) as answer:
            entries: list[dict[str, Any]] = json.load(answer)["log"]
        return [entry for entry in entries if entry["account"] == account]

    def _post(self, path: str, said: object) -> None:
        request = urllib.request.Request(
            f"{self.address}{path}",
            data=json.dumps(said).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=5).close()
