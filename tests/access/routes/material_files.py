"""Who gets the files of materials. What an address of a page leads to is judged anew there (tests/materials)."""

from tests.access.entry import get
from tests.access.facts import ANYBODY, CODE_HOLDER, MATERIAL_LEARNS, SEES_SESSION

FILE = "/materials/{material_id}/files/{variant_id}"
SESSION, COURSE, PLACE = "/sessions/{session_id}", "/courses/{course_id}", "/places/{token}"
OF_SESSION, SPOKEN = {"variant_id": "published_variant"}, {"variant_id": "spoken_variant"}
OF_COURSE = {"material_id": "course_material", "variant_id": "course_variant"}
SPOKEN_OF_COURSE = {"material_id": "course_material", "variant_id": "spoken_course_variant"}
BY_LINK = {"token": "place_token"}
OF_PLACE = {**BY_LINK, "material_id": "place_material", "variant_id": "place_variant"}
SPOKEN_OF_PLACE = {**OF_PLACE, "variant_id": "spoken_place_variant"}
LED = (303,)

ENTRIES = (
    get(f"/api/v1{SESSION}{FILE}", MATERIAL_LEARNS, ids=OF_SESSION),
    get(f"/api/v1{COURSE}{FILE}", ANYBODY, ids=OF_COURSE),
    get(f"{SESSION}{FILE}", MATERIAL_LEARNS, ids=OF_SESSION, ok=LED),
    get(f"{SESSION}{FILE}/view", MATERIAL_LEARNS, ids=OF_SESSION, ok=LED),
    get(f"{SESSION}{FILE}/captions.vtt", MATERIAL_LEARNS, ids=SPOKEN),
    get(f"{SESSION}/materials/archive.zip", SEES_SESSION, why="what they see of it"),
    get(f"{COURSE}{FILE}", ANYBODY, ids=OF_COURSE, ok=LED),
    get(f"{COURSE}{FILE}/view", ANYBODY, ids=OF_COURSE, ok=LED),
    get(f"{COURSE}{FILE}/captions.vtt", ANYBODY, ids=SPOKEN_OF_COURSE),
    get(f"{COURSE}/materials/archive.zip", ANYBODY, why="what they see of it"),
    get(f"{PLACE}{FILE}", CODE_HOLDER, ids=OF_PLACE, ok=LED),
    get(f"{PLACE}{FILE}/view", CODE_HOLDER, ids=OF_PLACE, ok=LED),
    get(f"{PLACE}{FILE}/captions.vtt", CODE_HOLDER, ids=SPOKEN_OF_PLACE),
    get(f"{PLACE}/materials/archive.zip", CODE_HOLDER, ids=BY_LINK),
)
