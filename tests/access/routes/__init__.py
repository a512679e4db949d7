"""The declarations: one entry of one to three lines for every route and method of the application.

`get(path, RULE)`, `post(path, RULE, valid body)`, `patch`, `delete`. The parameters of a path name what they are
called after (`session_id` a session); `ids={"session_id": "draft"}` says otherwise. `"@member"` in a body or a query
stands for the id of such a thing. The rules and the `KINDS` of things are in `tests/access/facts.py`, their rows in
`tests/access/world.py`. After a change: `python -m tests.access` writes the table anew.
"""

from tests.access.routes import (
    api,
    busy,
    certificates,
    check_in,
    completion,
    feeds,
    invites,
    material_files,
    material_pages,
    materials,
    pages,
    paper,
    roster_pages,
    rosters,
    surveys,
    taking,
    teaching,
    uploads,
)

ENTRIES = (
    *api.ENTRIES,
    *pages.ENTRIES,
    *busy.ENTRIES,
    *certificates.ENTRIES,
    *check_in.ENTRIES,
    *completion.ENTRIES,
    *feeds.ENTRIES,
    *invites.ENTRIES,
    *material_files.ENTRIES,
    *material_pages.ENTRIES,
    *materials.ENTRIES,
    *paper.ENTRIES,
    *roster_pages.ENTRIES,
    *rosters.ENTRIES,
    *surveys.ENTRIES,
    *taking.ENTRIES,
    *teaching.ENTRIES,
    *uploads.ENTRIES,
)
