"""An answer as it comes: server-sent events that say what is being done, then the Answer itself."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from api.admission import Gate
from api.errors import Busy, failure_json
from api.schemas import QuestionSent
from api.state import State
from rag.types import Answer, Step, answer_json


def add_progress(routes: APIRouter, state: State, gate: Gate) -> None:
    asking = Asking(state, gate)

    @routes.post("/ask/events", response_class=StreamingResponse)
    async def ask_events(sent: QuestionSent) -> StreamingResponse:
        """As `/v1/ask`, in server-sent events: `progress` as a step begins, at last one `answer` or `error`.

        Whether there is a place for it is still told by the status.
        """
        return StreamingResponse(_events(await asking.begin(sent)), media_type="text/event-stream")


async def _events(steps: AsyncIterator[Step | Answer | Exception]) -> AsyncIterator[str]:
    async for step in steps:
        if isinstance(step, Answer):
            yield _event("answer", json.dumps(answer_json(step), ensure_ascii=False))
        elif isinstance(step, Exception):
            yield _event("error", failure_json(step))
        else:
            yield _event("progress", json.dumps({"step": step}))


def _event(kind: str, data: str) -> str:
    return f"event: {kind}\ndata: {data}\n\n"


def answered(state: State, sent: QuestionSent, begin: Callable[[Step], None] = lambda step: None) -> Answer:
    """However it is asked for. `begin` is told each step as it begins."""
    engine = state.engine(state.limits.loading_wait_s)
    return state.metrics.counted(engine.ask(sent.question, **sent.asked_with(), progress=begin))


class Asking:
    """Questions on their way.

    Each is worked on in a task of its own, so that a client that leaves early does not free a place where work goes on.
    """

    def __init__(self, state: State, gate: Gate) -> None:
        self._state, self._gate = state, gate
        self._working: set[asyncio.Task[None]] = set()  # the loop itself keeps no task alive

    async def begin(self, sent: QuestionSent) -> AsyncIterator[Step | Answer | Exception]:
        """Steps as they begin, at last the answer, or what went wrong. Raises Busy where there is no place."""
        asked = _Asked(self._state, self._gate, sent)
        self._working.add(task := asyncio.create_task(asked.work()))
        task.add_done_callback(self._working.discard)
        await asked.admitted
        return asked.steps()


class _Asked:
    def __init__(self, state: State, gate: Gate, sent: QuestionSent) -> None:
        self._state, self._gate, self._sent = state, gate, sent
        self._loop = asyncio.get_running_loop()
        self._steps: asyncio.Queue[Step | Answer | Exception | None] = asyncio.Queue()
        self.admitted: asyncio.Future[None] = self._loop.create_future()  # raises Busy

    async def steps(self) -> AsyncIterator[Step | Answer | Exception]:
        while (step := await self._steps.get()) is not None:
            yield step

    async def work(self) -> None:
        try:
            async with self._gate:
                self.admitted.set_result(None)
                answer = await run_in_threadpool(answered, self._state, self._sent, self._begin)
            self._steps.put_nowait(answer)
        except Busy as error:
            self.admitted.set_exception(error)
        except Exception as error:  # the status is sent already: a refusal and a bug are told like others
            self._steps.put_nowait(error)
        finally:
            self._steps.put_nowait(None)

    def _begin(self, step: Step) -> None:  # in the thread of the engine
        self._loop.call_soon_threadsafe(self._steps.put_nowait, step)
