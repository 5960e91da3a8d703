"""The project folder that xlwings Server reads, made from the registry.

::

    pyproject.toml             settings of xlwings Server, and nothing of the environment's
    custom_functions/          the functions, from :mod:`excel_addin.addin`
    custom_scripts/            none
    auth/custom/               who may call, from :mod:`excel_addin.server.tokens`
    templates/manifest.xml     the manifest; ``templates/taskpane*.html`` the task pane
    static/                    icons, style, the pages' own scripts, the help page
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from excel_addin.registry import FUNCTIONS
from excel_addin.server.icons import SIZES, icon
from excel_addin.server.manifest import ID, NAME, Entra, manifest
from excel_addin.server.pages import HELP, PRIVACY, function_list, help_page
from excel_addin.settings import Language
from workload import Text, WorkloadError

# xlwings Server's template puts the server's address here, as whoever asks for the manifest sees it.
BASE_URL = "{{ base_url_with_app_path }}"

# The page may talk to this server alone; office.js, served from here, knows addresses of Microsoft's telemetry.
_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'{entra}; object-src 'none'; base-uri 'none'; form-action 'self'"
)
_ENTRA = " https://login.microsoftonline.com"

_WORDS: Mapping[str, Text] = {
    "title": NAME,
    "notReady": Text("加载项没有正常启动。", "The add-in didn't load properly."),
    "reload": Text("重新加载", "Reload"),
    "cancel": Text("取消", "Cancel"),
    "badToken": Text("令牌只含字母、数字和符号，不含空格", "a token holds ASCII letters, digits and signs, no blanks"),
    "failed": Text("服务器答复", "the server answered"),
    "missing": Text("服务器缺少函数：", "the server lacks:"),
    "reached": Text("服务器已连通，函数个数：", "The server answers; functions:"),
    "rules": Text("计算正常，规则数值个数：", "Calls are answered; figures of the rules:"),
    "noExcel": Text("此页不在 Excel 中", "this page is not in Excel"),
    "oldExcel": Text("此版本的 Excel 不显示出错原因，请更新", "this Excel does not show why a call fails; update it"),
    "excel": Text("Excel 支持自定义函数：", "Excel supports custom functions:"),
}
_CHECK = Text("自检", "Self-check")
_TOKEN = Text("访问令牌（向管理员索取）", "Access token (ask your administrator)")
_KEEP = Text("保存", "Keep")


def policy(entra: Entra | None) -> str:
    """The Content-Security-Policy of every page."""
    return _POLICY.format(entra=_ENTRA if entra else "")


def settings(
    *, provider: str | None, entra: Entra | None, hostname: str | None, seconds: float, language: Language
) -> dict[str, object]:
    """Settings of xlwings Server: production, the functions alone, nothing that is for development."""
    found: dict[str, object] = {
        "environment": "prod",
        "project_name": NAME.get(language),
        "functions_namespace": "",
        "manifest_id_prod": ID,
        "auth_providers": [provider] if provider else [],
        "custom_functions_retry_codes": [],
        "request_timeout": int(seconds) + 30,
        "enable_alpinejs_csp": False,
        "enable_bootstrap": False,
        "enable_examples": False,
        "enable_hotreload": False,
        "enable_htmx": False,
        "enable_socketio": False,
        "enable_tests": False,
        "enable_wasm": False,
        "cdn_officejs": False,
        "add_security_headers": True,
        "log_level": "WARNING",
        "custom_headers": {"Content-Security-Policy": policy(entra)},
    }
    if hostname:
        found["hostname"] = hostname
    if entra:
        found |= {"auth_entraid_tenant_id": entra.tenant, "auth_entraid_client_id": entra.client}
    return found


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def _pyproject(found: Mapping[str, object]) -> str:
    lines = [f"{name} = {_toml(value)}" for name, value in found.items()]
    return "\n".join(["# Made by python -m excel_addin serve.", "[tool.xlwings_server]", *lines, ""])


def _taskpane(language: Language) -> str:
    words: dict[str, object] = {name: text.get(language) for name, text in _WORDS.items()}
    words |= {"lang": "zh-CN" if language == "zh" else "en", "functions": list(FUNCTIONS)}
    told = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c")
    return f"""{{% raw %}}<h1>{NAME.get(language)}</h1>
<form id="workload-token" class="d-none" autocomplete="off">
<label>{_TOKEN.get(language)}<input type="password"></label>
<button type="submit">{_KEEP.get(language)}</button>
</form>
<p><button type="button" id="workload-check">{_CHECK.get(language)}</button></p>
<ul id="workload-result"></ul>
<p>{PRIVACY.get(language)}</p>
<h2>{HELP.get(language)}</h2>
{function_list(language)}<script id="workload-words" type="application/json">{told}</script>{{% endraw %}}
"""


def _own_files(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        name = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from _own_files(entry, f"{name}/")
        else:
            yield name, entry.read_bytes()


def project_files(language: Language, found: Mapping[str, object], entra: Entra | None = None) -> Mapping[str, bytes]:
    """Every file of the folder by its path in it."""
    texts = {
        "pyproject.toml": _pyproject(found),
        "custom_functions/__init__.py": "from excel_addin.addin import *\n",
        "custom_scripts/__init__.py": "",
        "auth/__init__.py": "",
        "auth/custom/__init__.py": "from excel_addin.server.tokens import validate_token as validate_token\n",
        "templates/manifest.xml": manifest(BASE_URL, entra),
        "templates/taskpane_content.html": _taskpane(language),
        "static/help.html": help_page(language),
    }
    icons = {f"static/images/icons/workload-{size}.png": icon(size) for size in SIZES}
    icons["static/images/favicon.png"] = icons["static/images/icons/workload-32.png"]
    own = dict(_own_files(files("excel_addin.server").joinpath("files")))
    return {**own, **{name: text.encode("utf-8") for name, text in texts.items()}, **icons}


def write_project(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files, each whole or not at all; others in the folder are left alone.

    Raises:
        WorkloadError: the folder is of something else, or cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / "custom_functions" / "__init__.py").is_file():
            zh, en = f"{folder} 里有别的文件；请给出一个空文件夹", f"{folder} holds other files; name an empty folder"
            raise WorkloadError(Text(zh, en))
        for name, content in contents.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(temporary).replace(path)
    except OSError as error:
        zh, en = f"{folder} 无法写入：{error.strerror}", f"{folder} cannot be written to: {error.strerror}"
        raise WorkloadError(Text(zh, en)) from None
