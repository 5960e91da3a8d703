"""Fetch what the tests of xlwings Lite run with: Pyodide for Node, and the wheels that Lite would download.

    python tests/excel/lite/fetch.py NODE_FOLDER WHEEL_FOLDER

Only what is missing is fetched. The tests find the folders by WORKLOAD_NODE_MODULES and WORKLOAD_PYODIDE_WHEELS. Needs
Node with npm, pip, and a package index that has the versions.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

from excel_addin.lite.wheels import requirements

PYODIDE = "314.0.7"
PYTHON = "314"  # of that Pyodide, as pip writes it
PLATFORM = "pyemscripten_2026_0_wasm32"


def fetch_pyodide(folder: Path) -> bool:
    """The npm package, into ``folder/node_modules``; what else is there stays."""
    about = folder / "node_modules" / "pyodide" / "package.json"
    if about.is_file() and json.loads(about.read_text(encoding="utf-8"))["version"] == PYODIDE:
        return False
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "package.json").exists():
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is missing: install Node (Debian: apt-get install nodejs npm)")
    subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--silent", f"pyodide@{PYODIDE}"], cwd=folder, check=True
    )
    return True


def fetch_wheels(folder: Path) -> bool:
    """The wheels of xlwings and of what the functions need, for the Python of Pyodide."""
    wanted = [*requirements("excel"), *requirements()]
    stamp = folder / "stamp.json"
    digest = hashlib.sha256(json.dumps([PYODIDE, PLATFORM, wanted]).encode()).hexdigest()
    if stamp.is_file() and json.loads(stamp.read_text(encoding="utf-8")) == digest:
        return False
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    target = ["--python-version", PYTHON, "--implementation", "cp", "--abi", f"cp{PYTHON}", "--abi", "none"]
    target += ["--platform", PLATFORM, "--platform", "any", "--only-binary=:all:"]
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--dest", str(folder), *target, *wanted], check=True)
    stamp.write_text(json.dumps(digest), encoding="utf-8")
    return True


if __name__ == "__main__":
    nodes, wheels = (Path(name).resolve() for name in sys.argv[1:])
    for what, fetched, place in (("Pyodide", fetch_pyodide(nodes), nodes), ("wheels", fetch_wheels(wheels), wheels)):
        print(f"{what}: {'fetched into' if fetched else 'already in'} {place}")
