"""Large uploads: taken at once, worked on beside the service, cancelled, and gone on with after a restart."""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest
from fake_encoder import FakeEncoder
from fakes import FakeEngine, load_text
from fastapi.testclient import TestClient

from api import job_folder
from api.app import build_app
from api.errors import NotReady
from api.job_folder import JobFolder
from api.job_worker import JobWorker
from api.state import Limits, State, opened
from rag.engine import Engine, unwatched
from rag.errors import StoreLocked
from rag.types import Change, Document

TEXT = "The meeting took place in Baku."


@pytest.fixture
def jobs(tmp_path: Path) -> JobFolder:
    return JobFolder(tmp_path / "jobs")


@pytest.fixture
def client(jobs: JobFolder) -> Iterator[TestClient]:
    state = State(opened(FakeEngine()), "0", jobs=jobs, limits=Limits(upload_bytes=100_000))
    with TestClient(build_app(state), base_url="http://localhost") as client:
        yield client


def worker(jobs: JobFolder, engine: Any) -> JobWorker:
    return JobWorker(jobs, opened(engine), load_text)


def sent(client: TestClient, text: str | bytes = TEXT, **asked: str) -> str:
    response = client.post("/v1/jobs", params={"name": "minutes.txt", **asked}, content=text)
    assert response.status_code == 202, response.text
    assert response.json()["state"] == "waiting"
    return str(response.json()["id"])


def state_of(client: TestClient, job_id: str) -> str:
    return str(client.get(f"/v1/jobs/{job_id}").json()["state"])


def test_a_file_is_taken_at_once_and_added_beside(client: TestClient, jobs: JobFolder) -> None:
    job_id = sent(client)
    engine = FakeEngine()
    worker(jobs, engine).look()
    job = client.get(f"/v1/jobs/{job_id}").json()
    assert (job["state"], job["progress"], job["change"], job["document_id"]) == ("done", 1.0, "added", "minutes")
    assert engine.stored["minutes"].text == TEXT
    assert not jobs.file(jobs.job(job_id)).exists()  # a text that may be deleted stays nowhere else


def test_the_id_can_be_given_and_the_same_bytes_change_nothing(client: TestClient, jobs: JobFolder) -> None:
    ids = [sent(client, id="mine"), sent(client, id="mine")]
    worker(jobs, FakeEngine()).look()
    assert [jobs.job(each).change for each in ids] == ["added", "unchanged"]
    assert [job["id"] for job in client.get("/v1/jobs").json()["jobs"]] == ids


def test_a_file_that_cannot_be_read_fails_with_its_reason_and_the_next_is_worked_on(
    client: TestClient, jobs: JobFolder
) -> None:
    bad, good = sent(client, b"\xff\xfe\xff"), sent(client)
    worker(jobs, FakeEngine()).look()
    job = client.get(f"/v1/jobs/{bad}").json()
    assert (job["state"], job["error"]["type"]) == ("failed", "unreadable_document")
    assert state_of(client, good) == "done"


class Watched(FakeEngine):
    """Calls something at each report of progress."""

    def __init__(self, at_progress: Callable[[float], None]) -> None:
        super().__init__()
        self.at_progress = at_progress

    def add(
        self, document: Document, progress: Callable[[float], None] = unwatched, keep_in: Path | None = None
    ) -> Change:
        for done in (0.25, 0.5, 1.0):
            self.at_progress(done)
            progress(done)
        return super().add(document)


def test_progress_can_be_followed(client: TestClient, jobs: JobFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.job_worker.EVERY_S", 0)
    job_id = sent(client)
    seen: list[tuple[str, float]] = []
    worker(jobs, Watched(lambda _: seen.append((jobs.job(job_id).state, jobs.job(job_id).progress)))).look()
    assert seen == [("working", 0.0), ("working", 0.25), ("working", 0.5)]


def test_a_job_is_cancelled_before_and_while_it_is_worked_on(client: TestClient, jobs: JobFolder) -> None:
    waiting, working = sent(client), sent(client)
    assert client.delete(f"/v1/jobs/{waiting}").status_code == 204
    assert state_of(client, waiting) == "cancelled"

    def cancel(done: float) -> None:
        if done == 0.5:
            client.delete(f"/v1/jobs/{working}")

    engine = Watched(cancel)
    worker(jobs, engine).look()
    assert (state_of(client, waiting), state_of(client, working), engine.stored) == ("cancelled", "cancelled", {})
    assert not any(jobs.file(job).exists() for job in jobs.jobs())
    client.delete(f"/v1/jobs/{waiting}")
    assert client.get(f"/v1/jobs/{waiting}").status_code == 404


def test_a_job_that_a_stop_or_a_kill_broke_off_is_done_after_the_restart(client: TestClient, jobs: JobFolder) -> None:
    job_id = sent(client)
    stopped = worker(jobs, Watched(lambda _: stopped.stop()))
    stopped.look()
    assert state_of(client, job_id) == "working"
    engine = FakeEngine()
    worker(jobs, engine).look()
    assert (state_of(client, job_id), list(engine.stored)) == ("done", ["minutes"])


def test_what_was_encoded_before_the_restart_is_not_encoded_again(
    client: TestClient, jobs: JobFolder, engine: Engine, encoder: FakeEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.engine._BATCH", 4)
    job_id = sent(client, "\n\n".join(f"Paragraph {number} has words of its own. " * 20 for number in range(20)))

    def load(*arguments: Any, **options: Any) -> Document:
        stopped.stop()  # at the first report of progress it breaks off
        return load_text(*arguments, **options)

    stopped = JobWorker(jobs, opened(engine), load)
    stopped.look()
    assert (len(encoder.encoded), engine.documents()) == (4, ())
    (kept,) = jobs.folder(jobs.job(job_id)).glob("vectors-*")
    kept.write_bytes(kept.read_bytes() + b"half a row")
    worker(jobs, engine).look()
    (summary,) = engine.documents()
    assert state_of(client, job_id) == "done"
    assert len(encoder.encoded) == len(set(encoder.encoded)) == summary.passages
    assert [path.name for path in jobs.folder(jobs.job(job_id)).iterdir()] == ["job.json"]
    whole = [part.vectors for part in engine.store._database.vectors()]
    np.testing.assert_array_equal(np.vstack(whole), FakeEncoder().encode_passages(encoder.encoded))


@pytest.mark.parametrize("error", [StoreLocked("another writes"), NotReady("loading")])
def test_what_passes_is_waited_for(client: TestClient, jobs: JobFolder, error: Exception) -> None:
    def refuse(_: float) -> None:
        raise error

    job_id = sent(client)
    worker(jobs, Watched(refuse)).look()
    worker(jobs, FakeEngine()).look()
    assert state_of(client, job_id) == "done"


def test_a_bug_ends_its_job_and_not_the_worker(
    client: TestClient, jobs: JobFolder, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: float) -> None:
        raise RuntimeError("the secret passage")

    job_id = sent(client)
    worker(jobs, Watched(fail)).look()
    assert state_of(client, job_id) == "failed"
    assert "secret" not in caplog.text + client.get(f"/v1/jobs/{job_id}").text


def test_a_full_disk_ends_neither_the_job_nor_the_worker(
    client: TestClient, jobs: JobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.job_worker.EVERY_S", 0.01)
    job_id = sent(client)
    saves = iter([OSError(28, "No space left on device")] * 3)
    save = JobFolder.save

    def full(*arguments: Any) -> None:
        if (error := next(saves, None)) is not None:
            raise error
        save(*arguments)

    monkeypatch.setattr(JobFolder, "save", full)
    working = worker(jobs, FakeEngine())
    working.start()
    for _ in range(500):
        if state_of(client, job_id) == "done":
            break
        sleep(0.02)
    working.stop()
    assert state_of(client, job_id) == "done"


def test_one_process_at_a_time_works_on_the_jobs(client: TestClient, jobs: JobFolder) -> None:
    job_id = sent(client)
    with jobs.worked_on_here() as here:
        assert here
        worker(jobs, FakeEngine()).look()
        assert state_of(client, job_id) == "waiting"


def test_a_body_too_large_is_refused_and_leaves_nothing(client: TestClient, jobs: JobFolder, tmp_path: Path) -> None:
    pieces = (b"x" * 10_000 for _ in range(20))
    response = client.post("/v1/jobs", params={"name": "a.txt"}, content=pieces)
    assert response.status_code == 413
    assert (jobs.jobs(), list((tmp_path / "jobs").iterdir())) == ([], [])


def test_too_many_waiting_jobs_are_told_to_come_back(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_folder, "MOST_UNFINISHED", 1)
    sent(client)
    refused = client.post("/v1/jobs", params={"name": "a.txt"}, content="b")
    assert (refused.status_code, refused.json()["error"]["type"]) == (503, "busy")


def test_old_finished_jobs_and_abandoned_uploads_are_forgotten(
    client: TestClient, jobs: JobFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_folder, "MOST_FINISHED", 1)
    monkeypatch.setattr(job_folder, "ABANDONED_AFTER_S", -1)
    (tmp_path / "jobs" / "0123456789abcdef.unfinished").mkdir(parents=True)
    sent(client)
    last = sent(client)
    worker(jobs, FakeEngine()).look()
    assert [job.id for job in jobs.jobs()] == [last]
    assert sorted(path.name for path in (tmp_path / "jobs").iterdir()) == sorted([last, "worker.lock"])


@pytest.mark.parametrize("job_id", ["no", "..", "0123456789abcdef", "x" * 300])
def test_an_unknown_job_is_404(client: TestClient, job_id: str) -> None:
    for method in ("GET", "DELETE"):
        response = client.request(method, f"/v1/jobs/{job_id}")
        assert response.status_code == 404


def test_an_add_that_is_broken_off_writes_nothing(engine: Engine, encoder: FakeEncoder) -> None:
    def stop(done: float) -> None:
        raise StoreLocked("stop")

    with pytest.raises(StoreLocked):
        engine.add(Document("long", "A sentence of seven words stands here. " * 3000, "t", "s", "en"), stop)
    assert (engine.documents(), engine.store.generation) == ((), 0)
