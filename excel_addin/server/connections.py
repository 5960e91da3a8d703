"""How many connections are open, and for how long one may say nothing: uvicorn waits for a request without end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from excel_addin.server.gate import Limits

SPARE = 100  # files of the process that are no connections
SILENT_SECONDS = 10.0  # between two looks at a connection; one that has asked for nothing in between is ended
HANDSHAKES = 12  # looks at a connection whose TLS has not begun; asyncio ends it in the meantime


def most_connections(limits: Limits) -> int:
    """How many connections may be open: twice the calls in the house, as far as the system gives room for them."""
    wanted = 2 * limits.waiting
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return wanted
    needed = wanted + SPARE
    if soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, min(wanted, soft - SPARE))


def watched(make: Callable[..., Any], seconds: float = SILENT_SECONDS) -> Callable[..., Any]:
    """The protocol of uvicorn, each connection of which is ended when it keeps the server waiting for a request."""

    def made(*args: Any, **named: Any) -> Any:
        protocol = make(*args, **named)
        _Watch(protocol, seconds).again()
        return protocol

    return made


class _Watch:
    """The eye on one connection. Between two requests uvicorn has a timer of its own, unless half of one has come."""

    def __init__(self, protocol: Any, seconds: float) -> None:
        self.protocol = protocol
        self.seconds = seconds
        self.looks = 0
        self.seen: object = self  # the request after which the connection was silent at the last look

    def again(self) -> None:
        asyncio.get_running_loop().call_later(self.seconds, self.look)

    def look(self) -> None:
        self.looks += 1
        transport, cycle = self.protocol.transport, self.protocol.cycle
        if transport is None:  # no connection yet
            if self.looks < HANDSHAKES:
                self.again()
            return
        if transport.is_closing():
            return
        busy = cycle is not None and not cycle.response_complete
        if busy or self.protocol.timeout_keep_alive_task is not None:
            self.seen = self
        elif self.seen is cycle:
            transport.close()
            return
        else:
            self.seen = cycle
        self.again()
