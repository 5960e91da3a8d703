"""xlwings Lite without Excel: Pyodide in Node, with the built wheel and the generated ``main.py``."""

import json
import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from hosts import Host, Outcome, is_error, serial

from excel_addin.lite import code_in, write_folder, write_workbook
from excel_addin.lite.program import MODULE
from excel_addin.lite.wheels import project_wheel

DRIVER = Path(__file__).parent / "lite" / "driver.mjs"
WORKBOOK = Path(__file__).parents[2] / "samples" / "center" / "心理指导中心.xlsx"
LONGEST = 120  # seconds that a start, or a call, may take

# What Office.js calls the errors of cells.
KINDS = {"#N/A": "NotAvailable", "#DIV/0!": "Div0", "#VALUE!": "Value", "#REF!": "Ref", "#NAME?": "Name"}


def nodes():
    """The folder of the npm package pyodide."""
    return Path(os.environ.get("WORKLOAD_NODE_MODULES", "")) / "node_modules" / "pyodide"


def fetched():
    """The wheels that Lite would download."""
    return sorted(Path(os.environ.get("WORKLOAD_PYODIDE_WHEELS", "")).glob("*.whl"))


class Session:
    """One session of Lite in a Node process; ``config`` is the driver's."""

    def __init__(self, home, config):
        file = home / "config.json"
        file.write_text(json.dumps({"pyodide": str(nodes()), **config}), encoding="utf-8")
        self.log = (home / "log.txt").open("w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [shutil.which("node"), str(DRIVER), str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            encoding="utf-8",
        )
        self.started = self.hear()

    def ask(self, question):
        """One line there, one line back."""
        self.process.stdin.write(json.dumps(question, ensure_ascii=False) + "\n")
        self.process.stdin.flush()
        return self.hear()

    def hear(self):
        """What the driver says next; what it wrote to its log where it says nothing more."""
        watch = threading.Timer(LONGEST, self.process.kill)
        watch.start()
        line = self.process.stdout.readline()
        watch.cancel()
        if not line:
            self.log.seek(0)
            raise AssertionError(f"Pyodide ended: {self.log.read()[-4000:]}")
        return json.loads(line)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


def config_of(layout, home):
    """What Lite has in each of the ways in which the functions come into it; ``home`` is a folder for the files."""
    folder, wheels = home / "lite", [str(path) for path in fetched()]
    if layout == "workbook":
        write_workbook(WORKBOOK, home / "carries.xlsx")
        (home / "main.py").write_text(code_in(home / "carries.xlsx")["main.py"], encoding="utf-8")
        return {"main": str(home / "main.py"), "wheels": wheels, "files": {}}
    write_folder(folder)
    wheel = project_wheel().name
    if layout == "installed":
        return {"main": str(folder / "main.py"), "wheels": [*wheels, str(folder / wheel)], "files": {}}
    if layout == "dragged":
        files = {f"/data/{wheel}": str(folder / wheel)}
        return {"main": str(folder / "main.py"), "wheels": wheels, "files": files}
    only_xlwings = [path for path in wheels if Path(path).name.startswith("xlwings-")]
    files = {f"/data/personal/{path.name}": str(path) for path in (folder / "personal").iterdir()}
    main = folder / "personal" / MODULE
    return {"main": str(main), "path": f"/data/personal/{MODULE}", "wheels": only_xlwings, "files": files}


class Lite(Host):
    """The functions as Lite calls them, for all calls in one session."""

    name = "lite"
    layout = "installed"

    def missing(self):
        if shutil.which("node") is None:
            return "node is not installed"
        if not (nodes() / "package.json").is_file():
            return "no npm package pyodide where WORKLOAD_NODE_MODULES says"
        if not fetched():
            return "no wheels where WORKLOAD_PYODIDE_WHEELS says"
        return None

    def __enter__(self):
        self.home = tempfile.TemporaryDirectory()
        home = Path(self.home.name)
        self.session = Session(home, config_of(self.layout, home))
        if "failed" in self.session.started:
            self.__exit__()
            raise AssertionError(self.session.started["failed"])
        return self

    def __exit__(self, *_):
        self.session.close()
        self.home.cleanup()

    def call(self, function, arguments):
        given = [None if cells is None else [[as_office(cell) for cell in row] for row in cells] for cells in arguments]
        answered = self.session.ask({"func_name": function, "args": given})
        return Outcome(None, answered["error"]) if "error" in answered else Outcome.of(answered["result"])


def as_office(cell):
    """A cell as Office.js hands it to a custom function."""
    if is_error(cell):
        kind = KINDS.get(cell, "Value")
        return {"type": "Error", "basicType": "Error", "basicValue": cell, "errorType": kind}
    return serial(cell)
