"""This project, and what it needs, as wheels made from what is installed here: no network, the same bytes every time.

An editable install gives the same wheel as a normal one.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePosixPath

from attrs import frozen

from workload import Text, WorkloadError

PROJECT = "counseling-workload"
PACKAGES = ("workload", "excel_addin")
# What a package of ours is made of in Lite. Left out: what is for other hosts, such as an add-in file of classic Excel.
SUFFIXES = frozenset({".py", ".toml", ".typed"})
EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first date that a zip file can say
ONLY_EDITABLE = "editables"  # what hatchling adds to the needs of an editable install
# Needs of the project that no function of Excel has: tables and verbs in a terminal, and time zones.
NOT_IN_LITE = frozenset({"click", "tabulate", "wcwidth", "tzdata"})
OF_THE_INSTALLER = frozenset({"INSTALLER", "REQUESTED", "RECORD", "direct_url.json", "WHEEL"})


@frozen
class Wheel:
    """A wheel of pure Python: its file name and its bytes."""

    name: str
    data: bytes


def project_wheel() -> Wheel:
    """This project.

    Raises:
        WorkloadError: it is not installed, so that neither its version nor its needs are known.
    """
    found = _installed(PROJECT)
    files = {
        f"{package}/{inner}": path.read_bytes() for package in PACKAGES for inner, path in _files_of_package(package)
    }
    metadata = "\n".join(_header(found)) + "\n"
    return _wheel(found, files, {"METADATA": metadata.encode(), **_documents(found)})


def needed_wheels() -> list[Wheel]:
    """What the functions need of other packages, and what these need, as installed here.

    Raises:
        WorkloadError: one of them is not installed, or is not pure Python.
    """
    found: dict[str, Distribution] = {}
    waiting = [_name(requirement) for requirement in requirements()]
    while waiting:
        name = waiting.pop(0)
        if name not in found and name not in NOT_IN_LITE:
            found[name] = _installed(name)
            waiting += [_name(one) for one in found[name].requires or () if _may_be_needed(one)]
    return [_repacked(found[name]) for name in sorted(found)]


def requirements(extra: str | None = None) -> list[str]:
    """What the functions need of other packages, or what an extra of the project does, as lines of a requirements file.

    >>> requirements("excel")
    ['xlwings==0.37.8']
    """
    lines = []
    for line in _installed(PROJECT).requires or ():
        needed, _, marker = line.partition(";")
        of_extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)", marker)
        if (of_extra[1] if of_extra else None) == extra and _name(needed) not in {ONLY_EDITABLE, *NOT_IN_LITE}:
            lines.append(needed.strip())
    return lines


# ---------------------------------------------------------------- what is installed


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        zh, en = f"没有安装 {name}；请先 pip install {name}", f"{name} is not installed; first pip install {name}"
        raise WorkloadError(Text(zh, en)) from None


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else requirement


def _may_be_needed(requirement: str) -> bool:
    """Whether to take a need along: not for an extra; with another condition, where it is installed here too."""
    _, _, marker = requirement.partition(";")
    if not marker.strip():
        return True
    if "extra" in marker:
        return False
    try:
        distribution(_name(requirement))
    except PackageNotFoundError:
        return False
    return True


def _files_of_package(package: str) -> Iterator[tuple[str, Path]]:
    home = Path(str(import_module(package).__file__)).parent
    for path in sorted(home.rglob("*")):
        if path.suffix in SUFFIXES and path.is_file():
            yield path.relative_to(home).as_posix(), path


def _header(found: Distribution) -> list[str]:
    """The metadata without the long description, and without what only an editable install needs."""
    head = (found.read_text("METADATA") or "").split("\n\n", 1)[0].splitlines()
    passed = ("Description-Content-Type:", f"Requires-Dist: {ONLY_EDITABLE}")
    return [line for line in head if not line.startswith(passed)]


def _documents(found: Distribution) -> dict[str, bytes]:
    """The licenses and the commands of a distribution, as they stand in the folder of its metadata."""
    documents = {}
    for file in found.files or ():
        folder, _, inner = str(PurePosixPath(file)).partition(".dist-info/")
        if inner == "entry_points.txt" or (folder and inner.startswith("licenses/")):
            documents[inner] = Path(str(found.locate_file(file))).read_bytes()
    return documents


def _repacked(found: Distribution) -> Wheel:
    """A pure wheel of what is installed; its own metadata and licenses stay with it.

    Raises:
        WorkloadError: it is not pure Python, or was not installed by pip and so does not know its files.
    """
    if "Root-Is-Purelib: true" not in (found.read_text("WHEEL") or "") or not found.files:
        name = found.metadata["Name"]
        zh = f"{name} 不是用 pip 安装的纯 Python 包，不能放进 xlwings Lite；请在新的虚拟环境中安装后再试"
        en = f"{name} is no pure Python package installed by pip; try again in a new virtual environment"
        raise WorkloadError(Text(zh, en))
    files: dict[str, bytes] = {}
    about: dict[str, bytes] = {}
    for file in found.files:
        path = PurePosixPath(file)
        if ".." in path.parts or "__pycache__" in path.parts:
            continue
        data = Path(str(found.locate_file(file))).read_bytes()
        if not path.parts[0].endswith(".dist-info"):
            files[str(path)] = data
        elif len(path.parts) > 2 or path.name not in OF_THE_INSTALLER:
            about[str(path.relative_to(path.parts[0]))] = data
    return _wheel(found, files, about)


# ---------------------------------------------------------------- the file


def _wheel(found: Distribution, files: Mapping[str, bytes], about: Mapping[str, bytes]) -> Wheel:
    """The wheel of these files; ``about`` are those in the folder of its metadata."""
    stem = f"{_name(found.metadata['Name']).replace('-', '_')}-{found.version}"
    folder = f"{stem}.dist-info"
    tag = b"Wheel-Version: 1.0\nGenerator: workload\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    inside = sorted({**files, **{f"{folder}/{name}": data for name, data in {**about, "WHEEL": tag}.items()}}.items())
    record = "".join(f"{name},{_digest(data)},{len(data)}\n" for name, data in inside) + f"{folder}/RECORD,,\n"
    return Wheel(f"{stem}-py3-none-any.whl", zipped([*inside, (f"{folder}/RECORD", record.encode())]))


def _digest(data: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


def entry(name: str) -> zipfile.ZipInfo:
    """A file within a zip file that is the same whenever and wherever it is made."""
    found = zipfile.ZipInfo(name, EARLIEST)
    found.compress_type = zipfile.ZIP_DEFLATED
    found.create_system = 3
    found.external_attr = 0o644 << 16
    return found


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip file with these files, in this order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(entry(name), data)
    return buffer.getvalue()
