"""Probes for whoever runs us: alive (the process answers) and ready (the database answers and has its newest shape)."""

from typing import Any

from litestar import Request, Response, get

from training.base.database import bound_engine, execute
from training.base.database.migrating import missing
from training.web.answers import answer


@get("/health/live", include_in_schema=False)
async def live() -> Response[Any]:
    """The process answers."""
    return answer({"status": "alive"})


@get("/health/ready", include_in_schema=False)
async def ready(request: Request[Any, Any, Any]) -> Response[Any]:
    """The database answers and no migration is missing; 503 otherwise, with the reason."""
    try:
        await execute("SELECT 1 AS one")
        behind = [] if request.app.state.get("ready") else await missing(bound_engine())
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready, and the reason is its kind
        return answer({"status": "not ready", "reason": type(error).__name__}, status=503)
    if behind:
        return answer({"status": "not ready", "reason": f"{len(behind)} migrations are missing"}, status=503)
    request.app.state.ready = True
    return answer({"status": "ready"})
