"""An answer as it comes: server-sent events that say what is being done, then the Answer itself."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.admission import Gate
from api.errors import Busy, answer_to
from api.schemas import QuestionSent
from api.state import State
from rag.types import Answer, Step, answer_json


def add_progress(routes: APIRouter, state: State, gate: Gate) -> None:
    working: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive

    @routes.post("/ask/events", response_class=StreamingResponse)
    async def ask_events(sent: QuestionSent) -> StreamingResponse:
        """As `/v1/ask`, in server-sent events: `progress` as a step begins, at last one `answer` or `error`.

        Whether there is a place for it is still told by the status.
        """
        asking = _Asking(state, gate, sent)
        working.add(task := asyncio.create_task(asking.work()))
        task.add_done_callback(working.discard)
        await asking.admitted
        return StreamingResponse(asking.events(), media_type="text/event-stream")


class _Asking:
    """One question on its way.

    It works in a task of its own, so that a client that leaves early does not free a place where work goes on.
    """

    def __init__(self, state: State, gate: Gate, sent: QuestionSent) -> None:
        self._state, self._gate, self._sent = state, gate, sent
        self._loop = asyncio.get_running_loop()
        self._events: asyncio.Queue[str | None] = asyncio.Queue()
        self.admitted: asyncio.Future[None] = self._loop.create_future()  # raises Busy

    async def events(self) -> AsyncIterator[str]:
        while (event := await self._events.get()) is not None:
            yield event

    async def work(self) -> None:
        try:
            async with self._gate:
                self.admitted.set_result(None)
                answer = await run_in_threadpool(self._ask)
            self._tell("answer", json.dumps(answer_json(answer), ensure_ascii=False))
        except Busy as error:
            self.admitted.set_exception(error)
        except Exception as error:  # the status is sent already: a refusal and a bug are events like others
            self._tell("error", bytes(answer_to(error).body).decode())
        finally:
            self._events.put_nowait(None)

    def _ask(self) -> Answer:
        engine = self._state.engine(self._state.limits.loading_wait_s)
        return engine.ask(self._sent.question, **self._sent.asked_with(), progress=self._begin)

    def _begin(self, step: Step) -> None:  # in the thread of the engine
        self._loop.call_soon_threadsafe(self._tell, "progress", json.dumps({"step": step}))

    def _tell(self, kind: str, data: str) -> None:
        self._events.put_nowait(f"event: {kind}\ndata: {data}\n\n")
