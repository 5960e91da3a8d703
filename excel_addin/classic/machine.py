"""The computer as the installation sees it: folders, registry, code page, the Python that runs.

Everything is a value or a function of :class:`Machine`, so that the rest can be tried anywhere with a made-up one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen

Values = Mapping[str, object]


def _no_values(_key: str) -> Values:
    return {}


def _no_path(_path: Path) -> Path | None:
    return None


def _no_text(_path: Path) -> str | None:
    return None


def _run(command: Sequence[str]) -> str | None:
    return None


@frozen
class Machine:
    """What can be asked of a computer."""

    platform: str
    home: Path
    """The user's folder, as VBA finds it: %USERPROFILE%."""
    roaming: Path
    """%APPDATA%; may lie on a server."""
    executable: Path
    """The Python that runs this."""
    code_page: str
    """The codec of the system's code page, in which VBA reads files and hands over paths."""
    python_bits: int = 64
    base_prefix: str = ""
    """Where the Python comes from, of which a virtual environment is made."""
    environment: Mapping[str, str] = field(factory=dict)
    registry: Callable[[str], Values] = _no_values
    """The values of a key, such as ``HKCU\\Software\\…``; nothing where there is no key."""
    short_path: Callable[[Path], Path | None] = _no_path
    """The same file by a short name of plain letters, where the disk keeps such names."""
    zone: Callable[[Path], str | None] = _no_text
    """What Windows noted of where a file was downloaded from."""
    run: Callable[[Sequence[str]], str | None] = _run
    """What a command prints, errors included; ``None`` when it cannot be started."""

    @property
    def start_folder(self) -> Path:
        r"""Excel opens what lies here whenever it starts, and trusts it, for the folder is the user's own.

        The folder for add-ins (%APPDATA%\Microsoft\AddIns) is trusted too, but what lies there waits for a tick in a
        dialog.
        """
        return self.roaming / "Microsoft" / "Excel" / "XLSTART"

    @property
    def configuration(self) -> Path:
        """Where the add-in's VBA looks for the user's configuration."""
        return self.home / ".workload" / "workload.conf"

    @property
    def settings(self) -> Path:
        """The user's settings of the functions, shared by all hosts."""
        named = self.environment.get("WORKLOAD_SETTINGS")
        return Path(named) if named else self.home / ".workload" / "excel.toml"

    @property
    def help_page(self) -> Path:
        """The page that the help button writes."""
        return self.home / ".workload" / "help.html"

    @property
    def documents(self) -> Path:
        """The user's documents, which may have been moved to OneDrive."""
        key = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
        told = self.registry(key).get("Personal")
        if isinstance(told, str):
            for name, value in self.environment.items():
                told = told.replace(f"%{name}%", value)
            if "%" not in told:
                return Path(told)
        return self.home / "Documents"

    def speaks(self, text: str) -> bool:
        """Whether the code page has all letters of a text."""
        try:
            text.encode(self.code_page)
        except UnicodeEncodeError:
            return False
        return True


def this_machine() -> Machine:
    """The one that this runs on."""
    home = Path(os.environ.get("USERPROFILE") or Path.home())
    return Machine(
        platform=sys.platform,
        home=home,
        roaming=Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming"),
        executable=Path(sys.executable),
        code_page=_code_page(),
        python_bits=64 if sys.maxsize > 2**32 else 32,
        base_prefix=sys.base_prefix,
        environment=dict(os.environ),
        registry=_registry,
        short_path=_short_path,
        zone=_zone,
        run=printed,
    )


def printed(command: Sequence[str]) -> str | None:
    """What a command prints within a minute, errors included; ``None`` when it cannot be started."""
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"}
    try:
        done = subprocess.run(  # noqa: S603  # the interpreter that the user's configuration names
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace")


def _zone(path: Path) -> str | None:
    try:
        return Path(f"{path}:Zone.Identifier").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None


def _code_page() -> str:
    if sys.platform == "win32":
        import ctypes

        page = ctypes.windll.kernel32.GetACP()
        if page != 65001:
            return f"cp{page}"
    return "utf-8"


def _short_path(path: Path) -> Path | None:
    if sys.platform == "win32":
        import ctypes

        room = ctypes.create_unicode_buffer(32768)
        if ctypes.windll.kernel32.GetShortPathNameW(str(path), room, len(room)):
            return Path(room.value)
    return None


def _registry(key: str) -> Values:
    found: dict[str, object] = {}
    if sys.platform == "win32":
        import winreg

        root, _, rest = key.partition("\\")
        roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE}
        for view in (winreg.KEY_WOW64_32KEY, winreg.KEY_WOW64_64KEY):
            try:
                with winreg.OpenKey(roots[root], rest, access=winreg.KEY_READ | view) as opened:
                    for place in range(winreg.QueryInfoKey(opened)[1]):
                        name, value, _kind = winreg.EnumValue(opened, place)
                        found[name] = value
            except OSError:
                continue
    return found
