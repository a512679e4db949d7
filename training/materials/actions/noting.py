"""Notes are read once, when they are saved: apart from the loop, and before a unit of work opens where that can be.

What a hostile note costs is paid by whoever waits for it to be saved, in one thread for all. Whoever looks at it later
gets the HTML that is kept beside the text.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from training.base.structs import Viewer
from training.materials.queries.editing import check_edits
from training.materials.rules.notes import note_html
from training.materials.rules.variants import Kind, VariantDetails, checked_variant

# Reading holds the interpreter; more of them would only take turns with everybody else.
_THREAD = ThreadPoolExecutor(1, thread_name_prefix="notes")


async def read_ahead(
    viewer: Viewer, details: VariantDetails, *, version_id: UUID | None = None, variant_id: UUID | None = None
) -> None:
    """Read a note for who is about to save it in this version or variant, so that nobody's write waits for that.

    Raises NotFound for whoever may not, before anything is read, and Invalid. Nothing happens for what is no note.
    """
    if details.kind is Kind.NOTE:
        await check_edits(viewer, version_id=version_id, variant_id=variant_id)
        await read_details(details)


async def read_details(details: VariantDetails) -> tuple[VariantDetails, str]:
    """The details as `checked_variant` has them, and the HTML of a note. Raises Invalid."""
    if details.kind is not Kind.NOTE:
        return checked_variant(details), ""
    return await asyncio.get_running_loop().run_in_executor(_THREAD, _read, details)


def _read(details: VariantDetails) -> tuple[VariantDetails, str]:
    kept = checked_variant(details)
    return kept, note_html(kept.body)
