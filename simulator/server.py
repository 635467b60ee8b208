"""Serves a simulated vendor on loopback, in a thread of this process."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

START_SECONDS = 20


@contextmanager
def serve(app: Starlette, port: int = 0) -> Iterator[str]:
    """Serves an application on 127.0.0.1 for the length of a `with` block.

    Args:
        app: What is served.
        port: A free one is chosen when 0.

    Yields:
        The base URL, without a slash at the end.

    Raises:
        OSError: The port is taken.
        RuntimeError: The server did not start.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the simulator's server did not start")
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True  # no wait for connections that are kept open
            thread.join(START_SECONDS)
