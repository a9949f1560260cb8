"""Jobs: a large file is taken at once, streamed to disk, and added to the index beside the service."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool

from api.job_folder import Job, JobFolder

Name = Annotated[str, Query(max_length=1000, description="File name; its ending tells the kind")]
DocumentId = Annotated[str | None, Query(max_length=1000, description="The document's id; by default the file's name")]


def job_routes(jobs: JobFolder) -> APIRouter:
    routes = APIRouter(prefix="/v1/jobs", tags=["jobs"])

    @routes.post("", status_code=202)
    async def begin_job(request: Request, name: Name, id: DocumentId = None) -> Job:  # noqa: A002
        """Add or replace a document; the body is the file itself. Answers as soon as the file is on disk."""
        with jobs.receiving(name, id or None) as (job, file):
            async for piece in request.stream():
                await run_in_threadpool(file.write, piece)
        return job

    @routes.get("")
    def list_jobs() -> dict[str, list[Job]]:
        """The oldest first; of those that are finished, the last hundred."""
        return {"jobs": jobs.jobs()}

    @routes.get("/{job_id}")
    def show_job(job_id: str) -> Job:
        return jobs.job(job_id)

    @routes.delete("/{job_id}", status_code=204)
    def cancel_job(job_id: str) -> None:
        """Cancels a job that is not finished, and forgets one that is."""
        jobs.cancel(job_id)

    return routes
