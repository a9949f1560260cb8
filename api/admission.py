"""How many may be served at once: a few work, a few wait a little, the rest are told at once to come back."""

import asyncio
from collections.abc import AsyncIterator
from types import TracebackType

from api.errors import Busy


class Gate:
    """`async with gate:` holds one of `places`; raises Busy when too many wait or the wait is too long.

    It is entered after a request's body has arrived, so that slow senders hold no place.
    """

    def __init__(self, places: int, waiting: int, wait_s: float) -> None:
        self._free = asyncio.Semaphore(places)
        self._room = waiting
        self._wait_s = wait_s

    async def __aenter__(self) -> None:
        if not self._free.locked():
            await self._free.acquire()  # there is a place: this does not wait
            return
        if self._room <= 0:
            raise Busy("Quoth is answering as much as it can; ask again in a moment.")
        self._room -= 1
        try:
            await asyncio.wait_for(self._free.acquire(), self._wait_s)
        except TimeoutError:
            raise Busy(f"No place became free within {self._wait_s:g} s; ask again in a moment.") from None
        finally:
            self._room += 1

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._free.release()

    async def admit(self) -> AsyncIterator[None]:
        """The gate as a dependency of a route."""
        async with self:
            yield
