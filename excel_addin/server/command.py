"""The verb ``serve`` of ``python -m excel_addin``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import click

from excel_addin.server.gate import Limits
from excel_addin.server.manifest import Entra
from excel_addin.server.serving import Options
from excel_addin.server.serving import serve as start
from excel_addin.settings import language
from workload import Text, WorkloadError

_FILE = click.Path(dir_okay=False, path_type=Path)
_USUAL = Limits()


@click.command()
@click.option("--host", default=Options().host, show_default=True, help="绑定的地址；非本机地址必须启用鉴权")
@click.option(
    "--port", default=Options().port, show_default=True, type=click.IntRange(0, 65535), help="0 为任一空闲端口"
)
@click.option("--license", "license_key", help="xlwings Server 的许可：noncommercial 或购买的密钥，须由您声明")
@click.option("--token-file", type=_FILE, help="访问令牌文件，一行一个；或用环境变量 WORKLOAD_SERVER_TOKEN")
@click.option("--entra-tenant", help="Entra ID 租户标识，与 --entra-client 一起给出")
@click.option("--entra-client", help="Entra ID 应用（客户端）标识")
@click.option("--certfile", type=_FILE, help="TLS 证书（PEM）；Excel 只从 https 加载")
@click.option("--keyfile", type=_FILE, help="TLS 私钥（PEM）")
@click.option("--hostname", help="经 https 反向代理对外的名称，写入加载项清单")
@click.option(
    "--allow-origin", "allow_origins", multiple=True, help="允许跨源取用的网页地址（网页版 Excel 用），可重复"
)
@click.option("--project", type=click.Path(file_okay=False, path_type=Path), help="把生成的项目文件夹保留在这里")
@click.option("--most-megabytes", default=_USUAL.megabytes, show_default=True, type=float, help="一次请求最多多少 MB")
@click.option("--most-seconds", default=_USUAL.seconds, show_default=True, type=float, help="一次计算最多多少秒")
@click.option("--at-once", default=_USUAL.at_once, show_default=True, type=int, help="同时计算多少个请求")
def serve(
    *,
    host: str,
    port: int,
    license_key: str | None,
    token_file: Path | None,
    entra_tenant: str | None,
    entra_client: str | None,
    certfile: Path | None,
    keyfile: Path | None,
    hostname: str | None,
    allow_origins: tuple[str, ...],
    project: Path | None,
    most_megabytes: float,
    most_seconds: float,
    at_once: int,
) -> None:
    """启动 xlwings Server，提供全部工作量函数（Windows、Mac 和网页版 Excel）。默认只供本机使用。"""
    try:
        if (entra_tenant is None) != (entra_client is None):
            zh, en = "--entra-tenant 与 --entra-client 要一起给出", "--entra-tenant and --entra-client go together"
            raise WorkloadError(Text(zh, en))
        entra = Entra(entra_tenant, entra_client) if entra_tenant and entra_client else None
        options = Options(
            host=host,
            port=port,
            project=project,
            license_key=license_key,
            token_file=token_file,
            entra=entra,
            certfile=certfile,
            keyfile=keyfile,
            hostname=hostname,
            allow_origins=allow_origins,
            limits=Limits(megabytes=most_megabytes, seconds=most_seconds, at_once=at_once),
        )
        start(options, partial(print, flush=True))
    except WorkloadError as error:
        click.echo(error.text.get(language()), err=True)
        sys.exit(2)
