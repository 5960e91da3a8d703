"""Start the server: check what was asked for, make the project folder, bind the port, serve until told to stop."""

from __future__ import annotations

import asyncio
import gc
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from attrs import field, frozen

from excel_addin.server.connections import most_connections, watched
from excel_addin.server.gate import Limits, log
from excel_addin.server.manifest import Entra
from excel_addin.server.project import project_files, settings, write_project
from excel_addin.server.tokens import MAKE_ONE, TOKEN, TOKEN_FILE, tokens_of
from excel_addin.settings import Language, current
from workload import Text, WorkloadError

LICENSE = "XLWINGS_LICENSE_KEY"
NONCOMMERCIAL = "noncommercial"
LICENSE_TERMS = Text(
    "xlwings Server 和 xlwings.pro 的许可需由您声明，本程序不代为声明：\n"
    "  · PolyForm Noncommercial 1.0.0：仅限非商业用途；教育机构、政府机构、公益组织等的使用属于许可用途，\n"
    "    不论经费来源。符合条件时加 --license noncommercial（或设环境变量 XLWINGS_LICENSE_KEY=noncommercial）。\n"
    "    全文：https://polyformproject.org/licenses/noncommercial/1.0.0\n"
    "  · 其他用途（如对外收费服务）须向 xlwings 购买许可，把密钥设为环境变量 XLWINGS_LICENSE_KEY：\n"
    "    https://www.xlwings.org/pricing\n"
    "单机使用（classic 加载项）不需要此许可。",
    "Under which license you use xlwings Server and xlwings.pro is yours to state; this program does not state it:\n"
    "  - PolyForm Noncommercial 1.0.0: noncommercial purposes only; use by an educational institution, a government\n"
    "    institution, a charity and the like is permitted, whatever its funding. Where that is you, add\n"
    "    --license noncommercial (or set XLWINGS_LICENSE_KEY=noncommercial).\n"
    "    Text: https://polyformproject.org/licenses/noncommercial/1.0.0\n"
    "  - Any other use needs a license bought from xlwings, its key in XLWINGS_LICENSE_KEY: https://www.xlwings.org/pricing\n"
    "The classic add-in on a single machine needs no such license.",
)
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?")


@frozen
class Options:
    """What to serve, where, to whom; see ``python -m excel_addin serve --help``."""

    host: str = "127.0.0.1"
    port: int = 8123
    """0: any that is free."""
    project: Path | None = None
    """The folder to make and keep; else a temporary one."""
    license_key: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    entra: Entra | None = None
    certfile: Path | None = None
    keyfile: Path | None = None
    hostname: str | None = None
    """The https name (``name`` or ``name:port``) under which others reach it, when a proxy stands before it."""
    allow_origins: tuple[str, ...] = ()
    limits: Limits = field(factory=Limits)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server bound there.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def provider(options: Options, environment: Mapping[str, str]) -> str | None:
    """How callers prove who they are; ``None``: they need not, since all of them sit at this machine.

    Raises:
        WorkloadError: others could reach the server, and anybody could call it.
    """
    if options.token_file is not None:
        environment = {**environment, TOKEN_FILE: str(options.token_file)}
    tokens = tokens_of(environment)
    if options.entra is not None:
        if tokens:
            zh = "访问令牌与 Entra ID 只能选一种鉴权方式"
            raise WorkloadError(Text(zh, "either tokens or Entra ID, not both"))
        return "entraid"
    if tokens:
        return "custom"
    if is_loopback(options.host):
        return None
    raise WorkloadError(
        Text(
            f"绑定 {options.host} 会让其他机器也能访问，必须先启用鉴权：\n"
            f"  · 访问令牌：环境变量 {TOKEN}，或 --token-file 文件（一行一个）。生成一个：{MAKE_ONE}\n"
            "  · 或 Microsoft 365 账号：--entra-tenant 与 --entra-client\n"
            "只给本机用时不必写 --host。",
            f"bound to {options.host}, others can reach the server; it needs authentication first:\n"
            f"  - a token: the variable {TOKEN}, or --token-file (one on each line). To make one: {MAKE_ONE}\n"
            "  - or Microsoft 365 accounts: --entra-tenant and --entra-client\n"
            "For this machine alone, leave --host out.",
        )
    )


def license_key(options: Options, environment: Mapping[str, str]) -> str:
    """The operator's own statement of the license.

    Raises:
        WorkloadError: there is none; the text gives the terms.
    """
    key = options.license_key or environment.get(LICENSE, "")
    if not key.strip():
        raise WorkloadError(LICENSE_TERMS)
    return key.strip()


def check(options: Options) -> None:
    """Check what can be checked before anything is started.

    Raises:
        WorkloadError: an option is no good.
    """
    if (options.certfile is None) != (options.keyfile is None):
        raise WorkloadError(Text("--certfile 与 --keyfile 要一起给出", "--certfile and --keyfile go together"))
    for path in (options.certfile, options.keyfile):
        if path is not None and not path.is_file():
            raise WorkloadError(Text(f"没有文件 {path}", f"there is no file {path}"))
    if options.hostname is not None and not _NAME.fullmatch(options.hostname):
        zh = f"--hostname 应为 名称 或 名称:端口，不带 https://；这里是 {options.hostname}"
        raise WorkloadError(Text(zh, f"--hostname takes name or name:port without https://, not {options.hostname}"))
    for origin in options.allow_origins:
        if not _ORIGIN.fullmatch(origin):
            zh = f"--allow-origin 应形如 https://excel.officeapps.live.com；这里是 {origin}"
            raise WorkloadError(Text(zh, f"--allow-origin takes https://name, not {origin}"))
    limits = options.limits
    if min(limits.megabytes, limits.seconds, limits.at_once, limits.waiting) <= 0:
        raise WorkloadError(Text("各项上限应大于 0", "every limit is greater than 0"))


def environment_of(options: Options, environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment in which xlwings Server is loaded: its settings come from the folder, and from nowhere else."""
    kept = {name: value for name, value in environment.items() if not name.upper().startswith("XLWINGS_")}
    kept |= {
        "XLWINGS_PROJECT_DIR": str(folder),
        "XLWINGS_ON_SERVER": "true",
        "DOTENV_PATH": str(folder / "none.env"),
        LICENSE: license_key(options, environment),
    }
    if options.token_file is not None:
        kept[TOKEN_FILE] = str(options.token_file)
    return kept


def _socket(options: Options) -> socket.socket:
    try:
        family, kind, number, _, address = socket.getaddrinfo(options.host, options.port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, number)
        if os.name != "nt":  # there it would let two servers have one port
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as error:
        zh = f"无法使用 {options.host} 的端口 {options.port}：{error.strerror}；可用 --port 换一个"
        en = f"{options.host}, port {options.port} cannot be used: {error.strerror}; choose another --port"
        raise WorkloadError(Text(zh, en)) from None
    return found


def greeting(options: Options, url: str, by: str | None, rules: Text) -> Text:
    """What is said once the server listens."""
    known = {
        None: Text("不需要（只有本机能访问）", "not needed (this machine alone can reach it)"),
        "custom": Text("访问令牌", "tokens"),
        "entraid": Text("Microsoft 365 账号（Entra ID）", "Microsoft 365 accounts (Entra ID)"),
    }[by]
    shown = f"https://{options.hostname}" if options.hostname else url
    zh = [f"工作量函数服务：{url}", f"加载项清单：{shown}/manifest", f"鉴权：{known.zh}", f"规则：{rules.zh}"]
    en = [
        f"The functions are served at {url}",
        f"manifest: {shown}/manifest",
        f"authentication: {known.en}",
        f"rules: {rules.en}",
    ]
    if options.certfile is None and options.hostname is None:
        zh.append(
            "未设 TLS 证书：Excel 只从 https 加载加载项。"
            "请给出 --certfile 与 --keyfile，或在前面放 https 反向代理并给出 --hostname。"
        )
        en.append(
            "no TLS certificate: Excel loads an add-in from https only. Give --certfile and --keyfile, or put a proxy"
            " with https before it and give --hostname."
        )
        if by is not None:
            zh.append("没有 https，访问令牌和单元格内容会以明文经过网络。")
            en.append("without https, tokens and cells cross the network in the clear.")
    return Text("\n".join(zh), "\n".join(en))


def _show_log() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def serve(options: Options, say: Callable[[str], None] = print) -> None:
    """Serve the functions until the process is told to stop. For a process of its own: it changes the environment.

    Raises:
        WorkloadError: it cannot start; why is said in words, before anything listens.
    """
    check(options)
    environment = dict(os.environ)
    by = provider(options, environment)
    license_key(options, environment)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended in either way, it takes its folder away
    language = current().language
    rules = current().regulation.name  # a rule file with faults is told of now, and not at the first call
    with _socket(options) as listening, tempfile.TemporaryDirectory(prefix="workload-server-") as temporary:
        folder = (options.project or Path(temporary)).absolute()
        found = settings(
            provider=by,
            entra=options.entra,
            hostname=options.hostname,
            seconds=options.limits.seconds,
            language=language,
        )
        write_project(folder, project_files(language, found, options.entra))
        changed = environment_of(options, environment, folder)
        os.environ.clear()
        os.environ.update(changed)
        sys.path.insert(0, str(folder))
        _run(options, language, listening, lambda url: say(greeting(options, url, by, rules).get(language)))


def _run(options: Options, language: Language, listening: socket.socket, started: Callable[[str], None]) -> None:
    try:
        import uvicorn

        from excel_addin.server.application import application

        served = application(options.limits, language, allow_origins=options.allow_origins)
    except ImportError as error:
        zh = f"缺少 {error.name}；请安装：pip install 'counseling-workload[server]'"
        raise WorkloadError(Text(zh, f"{error.name} is missing: pip install 'counseling-workload[server]'")) from None
    except Exception as error:
        if type(error).__name__ != "LicenseError":  # xlwings raises it while it is imported, before it has the name
            raise
        zh = f"xlwings 许可密钥不可用：{error}\n{LICENSE_TERMS.zh}"
        raise WorkloadError(Text(zh, f"the xlwings license key is no good: {error}\n{LICENSE_TERMS.en}")) from None
    config = uvicorn.Config(
        served,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=5,
        limit_concurrency=most_connections(options.limits),
        ssl_certfile=options.certfile,
        ssl_keyfile=options.keyfile,
    )
    try:
        config.load()
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        zh = f"TLS 证书或私钥不可用：{error}"
        raise WorkloadError(Text(zh, f"the TLS certificate or its key is no good: {error}")) from None
    config.http_protocol_class = watched(config.http_protocol_class)  # type: ignore[assignment]  # it is only called
    _show_log()
    bound = listening.getsockname()
    name = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
    url = f"{'https' if options.certfile else 'http'}://{name}:{bound[1]}"

    gc.collect()
    gc.freeze()  # what is loaded stays, and need not be looked through again for each large range
    sys.setswitchinterval(0.001)  # a small call beside a long calculation waits less for its turns

    async def run() -> None:
        # a thread for each calculation, and some to read and write what is large
        pool = ThreadPoolExecutor(options.limits.at_once + 4, thread_name_prefix="workload")
        asyncio.get_running_loop().set_default_executor(pool)
        listening.listen(2048)  # from here on a client gets an answer
        started(url)
        await uvicorn.Server(config).serve(sockets=[listening])

    with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(run())
