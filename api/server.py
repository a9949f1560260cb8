"""`serve`: the service on a port of this machine, until it is told to stop."""

import signal
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType

import uvicorn

from api.app import build_app
from api.connections import PatientProtocol
from api.errors import PortTaken
from api.guards import LOCAL_HOSTS
from api.job_folder import JobFolder
from api.job_worker import JobWorker
from api.keys import KeyFile
from api.loading import EngineLoader
from api.state import DocumentLoader, Limits, State, load_document
from api.watching import Watch
from rag.engine import Engine


def _say(line: str) -> None:
    print(line, flush=True)


def serve(
    engine_factory: Callable[[], Engine],
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    version: str = "0",
    allowed_hosts: Iterable[str] = (),
    limits: Limits | None = None,
    jobs: Path | None = None,
    keys: KeyFile | None = None,
    load: DocumentLoader = load_document,
    stop_within_s: int = 30,
    say: Callable[[str], None] = _say,
) -> None:
    """Serve until SIGTERM or Ctrl-C, then let the answers in flight finish, for at most `stop_within_s`.

    `jobs`: the folder for large uploads; None takes none. `keys`: who is let in; None: everyone.
    Raises PortTaken, and whatever the factory raised: an engine that cannot load ends the service.
    """
    listening = _bind(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    loader = EngineLoader(engine_factory)
    watch = Watch(loader)
    state = State(
        engine=loader,
        version=version,
        bound_host=host,
        allowed_hosts=frozenset(allowed_hosts),
        load=load,
        limits=limits or Limits(),
        jobs=JobFolder(jobs) if jobs else None,
        keys=keys,
        trouble=watch.trouble,
        write_refusal=watch.write_refusal,
    )
    server = _Server(_configuration(state, stop_within_s), loader)
    if not (keys and keys.keys() is not None) and host not in LOCAL_HOSTS:
        say(f"Everyone who reaches {address} may ask and change documents; `quoth keys add NAME` makes it ask for keys")
    loader.start(on_ready=lambda: say(f"Quoth is ready at {address}"), on_failure=server.leave)
    beside: list[Watch | JobWorker] = [watch]
    beside += [JobWorker(state.jobs, loader, state.load)] if state.jobs else []
    for each in beside:
        each.start()
    with listening:
        server.run(sockets=[listening])
    for each in beside:
        each.stop()
    if loader.error is not None:
        raise loader.error


def _bind(host: str, port: int) -> socket.socket:
    """Listening at once, so that a browser opened too early waits instead of failing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise PortTaken(f"Cannot listen on {host}, port {port} ({reason}); choose another with --port.") from error


def _configuration(state: State, stop_within_s: int) -> uvicorn.Config:
    return uvicorn.Config(
        build_app(state),
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        log_level="warning",
        access_log=False,  # an address may name a document
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=stop_within_s,
    )


class _Server(uvicorn.Server):
    """uvicorn's server, except that being told to stop is no failure."""

    def __init__(self, config: uvicorn.Config, loader: EngineLoader) -> None:
        super().__init__(config)
        self._loader = loader

    def leave(self) -> None:
        self._loader.stop()
        self.should_exit = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn's own method raises the signal again after a clean stop, and the process ends with -15.
        if self.should_exit and sig == signal.SIGINT:  # Ctrl-C a second time
            self.force_exit = True
        self.leave()
