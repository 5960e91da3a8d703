"""What an installation lacks, each point a small function of the facts, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from attrs import field, frozen

from excel_addin.classic.machine import Machine, Values
from excel_addin.settings import Language, settings_of
from workload import Text, WorkloadError

State = Literal["right", "note", "wrong"]
LABELS = {
    "right": Text("[正常]", "[ok]"),
    "note": Text("[注意]", "[note]"),
    "wrong": Text("[问题]", "[wrong]"),
}
INSTALL = "python -m excel_addin install"
BUILT_WITH = "0.37.8"  # the xlwings whose VBA is in the add-in, which loads the DLL of this version alone
OFFICE = r"Software\Microsoft\Office"
POLICIES = r"Software\Policies\Microsoft\Office"
VERSION = "16.0"  # of Office 2016 and every later one
TRY = "import excel_addin.addin, win32api, xlwings; print('works', xlwings.__version__)"


@frozen
class Finding:
    """One point: how it stands, and a sentence."""

    state: State
    text: Text


@frozen
class Facts:
    """What was seen of a computer."""

    platform: str = "win32"
    code_page: str = "cp936"
    python_bits: int = 64
    office_bits: int | None = None
    office_place: str = ""
    python_place: str = ""
    addin: bytes | None = None
    built: bytes = b""
    addin_path: str = ""
    addin_zone: str | None = None
    interpreter: str | None = None
    """What the configuration names."""
    interpreter_exists: bool = False
    running: str = ""
    """The Python that runs the doctor."""
    libraries: tuple[str, ...] = ()
    """The DLLs of xlwings where VBA looks for them."""
    tried: str | None = None
    """What the interpreter printed when it was to import the add-in; ``None``: it did not start."""
    home: str = ""
    home_in_code_page: bool = True
    roaming: str = ""
    xlwings: str | None = None
    security: Values = field(factory=dict)
    policies: Values = field(factory=dict)
    trusted: Values = field(factory=dict)
    disabled: tuple[bytes, ...] = ()
    """What Excel has put out of use after a crash."""
    settings_fault: Text | None = None


def facts(machine: Machine) -> Facts:
    """Look at a computer. Changes nothing; starts the configured Python once."""
    addin = machine.start_folder / "workload.xlam"
    interpreter = configured(machine)
    there = interpreter is not None and Path(interpreter).is_file()
    try:
        installed = version("xlwings")
    except PackageNotFoundError:
        installed = None
    try:
        settings_of({}, machine.settings)
        fault = None
    except WorkloadError as error:
        fault = error.text
    excel = rf"{VERSION}\Excel"
    click_to_run = machine.registry(rf"HKLM\{OFFICE}\ClickToRun\Configuration")
    place = machine.registry(r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe")
    return Facts(
        platform=machine.platform,
        code_page=machine.code_page,
        python_bits=machine.python_bits,
        office_bits=_bits(click_to_run, machine.registry(rf"HKLM\{OFFICE}\{VERSION}\Outlook")),
        office_place=str(place.get("", "")),
        python_place=f"{machine.executable} {machine.base_prefix}",
        addin=addin.read_bytes() if addin.is_file() else None,
        built=Path(__file__).with_name("workload.xlam").read_bytes(),
        addin_path=str(addin),
        addin_zone=machine.zone(addin),
        interpreter=interpreter,
        interpreter_exists=there,
        running=str(machine.executable),
        libraries=_libraries(Path(interpreter)) if interpreter is not None else (),
        tried=machine.run([interpreter, "-B", "-c", TRY]) if interpreter is not None and there else None,
        home=str(machine.home),
        home_in_code_page=machine.speaks(str(machine.home)),
        roaming=str(machine.roaming),
        xlwings=installed,
        security=machine.registry(rf"HKCU\{OFFICE}\{excel}\Security"),
        policies=machine.registry(rf"HKCU\{POLICIES}\{excel}\Security"),
        trusted={
            **machine.registry(rf"HKCU\{OFFICE}\{excel}\Security\Trusted Locations"),
            **machine.registry(rf"HKCU\{POLICIES}\{excel}\Security\Trusted Locations"),
        },
        disabled=tuple(
            value
            for value in machine.registry(rf"HKCU\{OFFICE}\{excel}\Resiliency\DisabledItems").values()
            if isinstance(value, bytes)
        ),
        settings_fault=fault,
    )


def configured(machine: Machine) -> str | None:
    """The interpreter that the add-in's configuration names, as VBA reads it."""
    if not machine.configuration.is_file():
        return None
    text = machine.configuration.read_bytes().decode(machine.code_page, "replace")
    found = re.search(r'^\s*"INTERPRETER_WIN"\s*,\s*"([^"]*)"', text, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else None


def _bits(click_to_run: Values, outlook: Values) -> int | None:
    told = str(click_to_run.get("Platform") or outlook.get("Bitness") or "")
    return {"x64": 64, "x86": 32}.get(told)


def _libraries(interpreter: Path) -> tuple[str, ...]:
    folders = (interpreter.parent, interpreter.parent.parent)
    return tuple(sorted({path.name for folder in folders for path in folder.glob("xlwings[36][24]-*.dll")}))


# ---------------------------------------------------------------- the points


def _right(zh: str, en: str) -> Finding:
    return Finding("right", Text(zh, en))


def _note(zh: str, en: str) -> Finding:
    return Finding("note", Text(zh, en))


def _wrong(zh: str, en: str) -> Finding:
    return Finding("wrong", Text(zh, en))


def office(seen: Facts) -> Finding:
    """Which Office, and whether it is one that VBA reaches Python from."""
    if "windowsapps" in seen.office_place.lower():
        return _wrong(
            "Office 来自微软应用商店，它不能启动 Python：请卸载后从 office.com 安装桌面版，或使用 xlwings Lite",
            "Office is from the Microsoft Store and cannot start Python: install the one from office.com, or use Lite",
        )
    if seen.office_bits is None:
        return _note(
            "没有在注册表中找到 Office，位数未知；若 Excel 能正常打开，可不理会",
            "no Office in the registry, its bitness is unknown; if Excel opens, never mind",
        )
    return _right(f"Office 为 {seen.office_bits} 位", f"Office has {seen.office_bits} bits")


def python(seen: Facts) -> Finding:
    """Whether Python is one that other programs may start."""
    if "windowsapps" in seen.python_place.lower():
        return _wrong(
            f"Python 来自微软应用商店，Excel 不能使用：请从 python.org 安装，再用它运行 {INSTALL}",
            f"Python is from the Microsoft Store, which Excel cannot use: run {INSTALL} with one from python.org",
        )
    if seen.office_bits not in (None, seen.python_bits):
        return _right(
            f"Python 为 {seen.python_bits} 位，与 Office 不同，不影响使用",
            f"Python has {seen.python_bits} bits, other than Office, which does not matter",
        )
    return _right(f"Python 为 {seen.python_bits} 位", f"Python has {seen.python_bits} bits")


def configuration(seen: Facts) -> Finding:
    """Whether the add-in knows which Python to ask."""
    if seen.interpreter is None:
        return _wrong(
            f"加载项的配置里没有 Python 的位置：请运行 {INSTALL}",
            f"the add-in's configuration names no Python: run {INSTALL}",
        )
    if not seen.interpreter_exists:
        return _wrong(
            f"配置的 Python 不存在：{seen.interpreter}；请用现在的 Python 运行 {INSTALL}",
            f"the configured Python does not exist: {seen.interpreter}; run {INSTALL} with the one that you use now",
        )
    if seen.interpreter.lower() != seen.running.lower():
        return _note(
            f"加载项使用的是另一个 Python：{seen.interpreter}（现在运行的是 {seen.running}）",
            f"the add-in uses another Python: {seen.interpreter} (this one is {seen.running})",
        )
    return _right(f"加载项使用 {seen.interpreter}", f"the add-in uses {seen.interpreter}")


def imports(seen: Facts) -> Finding:
    """Whether that Python has the add-in and all that it needs."""
    if not seen.interpreter_exists:
        return _note("因此没有试着导入", "so nothing was imported")
    if seen.tried is None:
        return _wrong(
            f"{seen.interpreter} 没有启动，可能被安全软件阻止：请把它加入允许的程序",
            f"{seen.interpreter} did not start; security software may block it: allow it there",
        )
    if re.search(r"(?m)^works\b", seen.tried):
        return _right("这个 Python 能导入加载项", "this Python imports the add-in")
    missing = re.search(r"No module named '([\w.]+)'", seen.tried)
    if missing:
        return _wrong(
            f'这个 Python 缺少 {missing[1]}：请运行 "{seen.interpreter}" -m pip install "counseling-workload[excel]"',
            f'this Python lacks {missing[1]}: run "{seen.interpreter}" -m pip install "counseling-workload[excel]"',
        )
    last = (seen.tried.strip().splitlines() or [""])[-1]
    return _wrong(f"导入加载项失败：{last}", f"importing the add-in fails: {last}")


def library(seen: Facts) -> Finding:
    """Whether the DLL lies where VBA looks, of the right version and bitness."""
    if seen.xlwings not in (None, BUILT_WITH):
        return _wrong(
            f"xlwings 的版本是 {seen.xlwings}，加载项需要 {BUILT_WITH}：请运行 pip install xlwings=={BUILT_WITH}",
            f"xlwings is {seen.xlwings}, the add-in needs {BUILT_WITH}: run pip install xlwings=={BUILT_WITH}",
        )
    wanted = [f"xlwings{bits}-{BUILT_WITH}.dll" for bits in ([seen.office_bits] if seen.office_bits else [64, 32])]
    if seen.interpreter is None or not seen.interpreter_exists:
        return _note("因此没有查找 xlwings 的 DLL", "so the DLL of xlwings was not looked for")
    if not set(wanted) & set(seen.libraries):
        return _wrong(
            f"Python 的文件夹里没有 {wanted[0]}（可能被杀毒软件删除，或 xlwings 是用 --user 安装的）："
            f"请新建虚拟环境（python -m venv 文件夹），在其中安装加载项并运行 {INSTALL}",
            f"there is no {wanted[0]} in the folder of Python (removed by a virus scanner, or installed with --user?): "
            f"make a virtual environment (python -m venv FOLDER), install the add-in there and run {INSTALL}",
        )
    return _right(f"xlwings 的 DLL 齐全（{BUILT_WITH}）", f"the DLL of xlwings is there ({BUILT_WITH})")


def addin(seen: Facts) -> Finding:
    """Whether the add-in file is in place, and of this version."""
    if seen.addin is None:
        return _wrong(
            f"加载项文件不在 {seen.addin_path}：请运行 {INSTALL}", f"no add-in at {seen.addin_path}: run {INSTALL}"
        )
    if seen.addin != seen.built:
        return _wrong(
            f"加载项文件是另一个版本：请关闭 Excel 后运行 {INSTALL}",
            f"the add-in file is of another version: close Excel and run {INSTALL}",
        )
    return _right(f"加载项文件在 {seen.addin_path}", f"the add-in is at {seen.addin_path}")


def blocked(seen: Facts) -> Finding:
    """Whether Windows takes the file for one from the internet, whose macros Office refuses."""
    if seen.addin_zone and re.search(r"ZoneId=[34]", seen.addin_zone):
        policy = seen.policies.get("blockcontentexecutionfrominternet")
        more = "（单位策略也禁止运行网上文件的宏）" if policy else ""
        return _wrong(
            f"加载项文件被标记为来自互联网{more}：请右键 → 属性 → 解除锁定，或运行 {INSTALL}",
            f"the add-in is marked as from the internet: right-click, Properties, Unblock, or run {INSTALL}",
        )
    return _right("加载项文件没有被锁定", "the add-in is not blocked")


def macros(seen: Facts) -> Finding:
    """Whether Excel may run the add-in's macros: the start folder is trusted unless a policy says otherwise."""
    policies = {name.lower(): value for name, value in seen.policies.items()}
    trusted = {name.lower(): value for name, value in seen.trusted.items()}
    if policies.get("disablealladdins") == 1 or seen.security.get("DisableAllAddins") == 1:
        return _wrong(
            "已禁用所有应用程序加载项：请在 Excel 选项 → 信任中心 → 加载项中取消，或联系管理员",
            "all application add-ins are disabled: clear it in Trust Center, Add-ins, or ask the administrator",
        )
    if policies.get("requireaddinsig") == 1 or seen.security.get("RequireAddinSig") == 1:
        return _wrong(
            "设置要求加载项有签名，本加载项没有：请在信任中心 → 加载项中取消，或联系管理员",
            "add-ins must be signed, and this one is not: clear it in Trust Center, Add-ins, or ask the administrator",
        )
    if trusted.get("alllocationsdisabled") == 1:
        warnings = policies.get("vbawarnings", seen.security.get("VBAWarnings", 2))
        if warnings != 1:
            return _wrong(
                "受信任位置已被禁用，宏不能直接运行：请在信任中心取消“禁用所有受信任位置”，或联系管理员",
                "trusted locations are disabled, so macros do not run: enable them in Trust Center, or ask for it",
            )
    if seen.roaming.startswith("\\\\") and trusted.get("allownetworklocations") != 1:
        return _note(
            f"用户文件夹在网络上（{seen.roaming}）：若提示宏被禁用，请在信任中心允许网络上的受信任位置",
            f"the user's folder is on the network ({seen.roaming}): if macros are refused, allow it in Trust Center",
        )
    return _right("宏设置允许加载项运行", "the macro settings let the add-in run")


def put_out_of_use(seen: Facts) -> Finding:
    """Whether Excel has disabled the file after a crash."""
    if any("workload.xlam".encode("utf-16-le") in item.lower() for item in seen.disabled):
        return _wrong(
            "Excel 在一次崩溃后停用了加载项：文件 → 选项 → 加载项 → 管理“禁用项目” → 转到 → 启用",
            "Excel disabled the add-in after a crash: File, Options, Add-ins, Manage Disabled Items, Go, Enable",
        )
    return _right("Excel 没有停用加载项", "Excel has not disabled the add-in")


def code_page(seen: Facts) -> Finding:
    """Whether VBA, which reads paths in the system's code page, finds the user's folder."""
    if not seen.home_in_code_page:
        return _wrong(
            f"用户文件夹 {seen.home} 含有系统代码页（{seen.code_page}）没有的字符，加载项找不到配置："
            "请把 Windows 的“非 Unicode 程序的语言”设为中文（简体），或换一个用户名为英文的帐户",
            f"the user's folder {seen.home} has letters that the code page ({seen.code_page}) lacks; the add-in does "
            "not find its configuration: set Windows' language for non-Unicode programs to that of the name",
        )
    return _right(f"系统代码页为 {seen.code_page}", f"the code page is {seen.code_page}")


def settings(seen: Facts) -> Finding:
    """Whether the settings of the functions can be read."""
    if seen.settings_fault is not None:
        return Finding("wrong", seen.settings_fault)
    return _right("函数的设置可以读取", "the settings of the functions are read")


POINTS = (
    office,
    python,
    configuration,
    imports,
    library,
    addin,
    blocked,
    macros,
    put_out_of_use,
    code_page,
    settings,
)


def examine(machine: Machine) -> list[Finding]:
    """Every point, for a computer."""
    seen = facts(machine)
    return [point(seen) for point in POINTS]


def lines(found: Iterable[Finding], language: Language, *, only_wrong: bool = False) -> list[str]:
    """A line for each point."""
    return [
        f"{LABELS[one.state].get(language)} {one.text.get(language)}"
        for one in found
        if one.state == "wrong" or not only_wrong
    ]


def verdict(found: Iterable[Finding]) -> Text:
    """All in all."""
    wrong = sum(one.state == "wrong" for one in found)
    if wrong:
        return Text(f"共 {wrong} 个问题，请按上面的说明处理", f"{wrong} to be put right, as said above")
    return Text(
        "没有发现问题。若函数仍不可用，请关闭所有 Excel 窗口再打开",
        "Nothing is wrong. If the functions do not work, close all windows of Excel and open it again",
    )
