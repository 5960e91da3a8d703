"""xlwings' own JavaScript as a host: unmodified, in headless Chromium, against the live server.

Beside Python it needs Chromium, Node and ``playwright-core``, in the folder that WORKLOAD_NODE_MODULES names (one that
``npm install --prefix`` was given, or its node_modules).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from host_server import missing_server, office_arguments, running
from hosts import Host, Matrix, Outcome

HERE = Path(__file__).parent
DRIVER = HERE / "browser" / "driver.mjs"
SECONDS = 120


def node_modules() -> Path | None:
    """The folder that holds ``playwright-core``."""
    given = os.environ.get("WORKLOAD_NODE_MODULES")
    places = [Path(given)] if given else [HERE, *HERE.parents[:2]]
    for place in places:
        for folder in (place, place / "node_modules"):
            if (folder / "playwright-core" / "package.json").is_file():
                return folder
    return None


def chromium() -> str | None:
    """The browser."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Browser(Host):
    """The functions as Excel's JavaScript runtime calls them."""

    name = "browser"

    def missing(self) -> str | None:
        if shutil.which("node") is None:
            return "node is not installed"
        if chromium() is None:
            return "chromium is not installed"
        if node_modules() is None:
            return (
                "playwright-core is not installed (npm install --prefix DIR playwright-core; WORKLOAD_NODE_MODULES=DIR)"
            )
        return missing_server()

    def __enter__(self) -> Browser:
        self._stack = ExitStack()
        self.server = self._stack.enter_context(running())
        folder = tempfile.TemporaryDirectory(prefix="workload-chromium-", ignore_cleanup_errors=True)
        profile = self._stack.enter_context(folder)
        self._errors = self._stack.enter_context(tempfile.TemporaryFile())
        command = ["node", str(DRIVER), self.server.url, str(node_modules()), str(chromium()), profile]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, text=True, encoding="utf-8"
        )
        self.ids: list[str] = self._hear()["ids"]
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._stack.close()

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        late = threading.Timer(SECONDS, self._process.kill)
        late.start()
        line = self._process.stdout.readline()
        late.cancel()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(f"the browser has ended:\n{self._errors.read().decode('utf-8', 'replace')}")
        heard: dict[str, Any] = json.loads(line)
        assert heard["outside"] == [], "the page asked another machine"
        assert heard["faults"] == [], "the page has faults"
        return heard

    def ask(self, **asked: Any) -> dict[str, Any]:
        """One line to the driver, and its answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def calls(self, calls: Sequence[tuple[str, Sequence[Matrix | None]]]) -> list[Outcome]:
        """Several calls at the same time; each makes one request and no more, whether it succeeds or fails."""
        heard = self.ask(calls=[[function, office_arguments(arguments)] for function, arguments in calls])
        assert heard["requests"] == len(calls), "a call is made once"
        return [_outcome(answer) for answer in heard["answers"]]

    def call(self, function: str, arguments: Sequence[Matrix | None]) -> Outcome:
        (outcome,) = self.calls([(function, arguments)])
        return outcome


def _outcome(answer: dict[str, Any]) -> Outcome:
    if "error" in answer:
        assert answer["error"]["code"] == "#VALUE!", answer
        return Outcome(None, answer["error"]["message"])
    return Outcome.of(answer["result"])
