"""What lets a device open rosters without a network: the script that keeps them, and a page for those it lacks."""

from typing import Any

from litestar import Controller, Request, Response, get

from training.web.render import page
from training.web.statics import static_files

Asked = Request[Any, Any, Any]


class DevicePages(Controller):
    """The service worker of rosters. It stands beside them because it may only see what lies below its address."""

    path = "/rosters"
    include_in_schema = False

    @get("/worker.js")
    async def worker(self) -> Response[bytes]:
        """The script, the same for everybody. Browsers ask for it again now and then, so it is never kept."""
        found = static_files()[1]["js/roster-worker.js"]
        return Response(found.content, media_type=found.content_type, headers={"cache-control": "no-cache"})

    @get("/without-network")
    async def without_network(self, request: Asked) -> Response[str]:
        """What is shown instead of a page that this device does not have. Nothing in it is about anybody."""
        return page(request, "attendance/without_network.html")
