"""The application: xlwings Server with these functions, behind the gate.

xlwings Server reads its settings when it is loaded: a process has one application, and its environment is set before.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from excel_addin.registry import FUNCTIONS
from excel_addin.server.gate import App, Gate, Limits, RefusedError, Scope
from excel_addin.settings import Language, current


def application(limits: Limits, language: Language, *, allow_origins: tuple[str, ...] = ()) -> App:
    """The ASGI application of the project folder that ``XLWINGS_PROJECT_DIR`` names.

    ``allow_origins``: pages of other addresses that may fetch from here, such as Excel on the web.
    """
    import xlwings
    import xlwings.server
    from fastapi import HTTPException
    from starlette.middleware.cors import CORSMiddleware
    from starlette.requests import Request
    from xlwings_server import dependencies
    from xlwings_server.config import settings
    from xlwings_server.main import main_app
    from xlwings_server.security_headers import resolve_security_headers

    custom_functions = import_module("custom_functions")  # of the project folder

    async def admit(scope: Scope) -> Any:
        request = Request(scope)
        try:
            # There is one provider: which one a request names is of no account, and goes no further.
            user = await dependencies.authenticate(request.headers.get("authorization", ""), None)
            return await dependencies.get_user(request, user)
        except HTTPException as error:
            raise RefusedError(error.status_code, str(error.detail)) from None

    async def compute(name: str, args: list[Any], user: Any) -> Any:
        data = {
            "func_name": name,
            "args": args,
            "client": "Office.js",
            "version": xlwings.__version__,
            "runtime": "1.1",
        }
        try:
            return await xlwings.server.custom_functions_call(data, custom_functions, user)
        except xlwings.XlwingsError as error:
            raise RefusedError(400, str(error)) from None

    headers = resolve_security_headers(excel_online=settings.enable_excel_online, cdn_officejs=False)
    gate = Gate(
        main_app,
        admit,
        compute,
        functions=FUNCTIONS,
        limits=limits,
        language=language,
        headers=headers,
        most_cells=current().most_cells,
    )
    if not allow_origins:
        return gate
    return CORSMiddleware(gate, allow_origins=allow_origins, allow_methods=["GET", "POST"], allow_headers=["*"])
