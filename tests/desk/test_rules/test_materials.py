"""The journal of materials, as sentences."""

from typing import Any

import pytest

from training.desk.rules.materials import MATERIALS


@pytest.mark.parametrize(
    ("event", "data", "by_somebody", "sentence"),
    [
        ("MaterialAdded", {"title": "Slides"}, True, "added the material “Slides”."),
        ("MaterialAdded", {"title": "Slides", "source_id": "x"}, True, "copied the material “Slides”."),
        ("MaterialEdited", {}, True, "changed a material, or who may see it when."),
        ("MaterialDraftChanged", {"number": 2, "what": "begun"}, True, "began version 2 of a material."),
        (
            "MaterialDraftChanged",
            {"number": 1, "what": "added", "name": "Slides"},
            True,
            "added “Slides” to version 1 of a material.",
        ),
        (
            "MaterialDraftChanged",
            {"number": 1, "what": "changed", "name": "Slides"},
            True,
            "changed “Slides” in version 1 of a material.",
        ),
        (
            "MaterialDraftChanged",
            {"number": 1, "what": "removed", "name": "Slides"},
            True,
            "took “Slides” out of version 1 of a material.",
        ),
        (
            "MaterialDraftChanged",
            {"number": 2, "what": "discarded"},
            True,
            "threw away version 2 of a material before it was published.",
        ),
        ("MaterialVersionPublished", {"number": 1, "note": ""}, True, "published a material."),
        ("MaterialVersionPublished", {"number": 3, "note": ""}, True, "published version 3 of a material."),
        (
            "MaterialVersionPublished",
            {"number": 3, "note": "New hotline number."},
            True,
            "published version 3 of a material: New hotline number.",
        ),
        ("MaterialWithdrawn", {"withdrawn": True}, True, "withdrew a material."),
        ("MaterialWithdrawn", {"withdrawn": False}, True, "put a withdrawn material back."),
        ("MaterialPlaced", {}, True, "changed how a material of the course is used in this session."),
        ("PreworkAcknowledged", {"acknowledged": True}, False, "Ana went through what is to be done before."),
        (
            "PreworkAcknowledged",
            {"acknowledged": False},
            False,
            "Ana did not go through after all what is to be done before.",
        ),
        ("MaterialsFollowed", {"following": True}, False, "Ana wants to hear when materials change."),
        ("MaterialsFollowed", {"following": False}, False, "Ana no longer wants to hear when materials change."),
        ("UploadBegun", {"name": "a.pdf"}, True, "began to upload the file “a.pdf”."),
        ("UploadFinished", {"name": "a.pdf"}, True, "uploaded the file “a.pdf”."),
        ("FileRefused", {"verdict": "Eicar"}, False, "The scanner found something in a file: Eicar"),
    ],
)
def test_each_is_told(event: str, data: dict[str, Any], by_somebody: bool, sentence: str) -> None:
    assert MATERIALS[event](data, "Ana") == (by_somebody, sentence)
