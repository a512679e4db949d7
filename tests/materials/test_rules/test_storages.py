"""What names a storage."""

from uuid import UUID

import pytest

from training.materials.rules.storages import (
    Bucket,
    Folder,
    file_key,
    hash_of,
    is_storage,
    parse_storage,
    part_of,
    parts_key,
    upload_of,
    whole_key,
)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("training-files", Folder(path="training-files")),
        ("/srv/a b%20c", Folder(path="/srv/a b%20c")),
        ("file:///srv/a%20b", Folder(path="/srv/a b")),
        ("s3://Bucket", Bucket(name="Bucket")),
        (
            "s3://k%2Fey:w%40rd@bucket/some/where/?endpoint=https://s3.example.org:9000&region=eu-west-1",
            Bucket(
                name="bucket",
                prefix="some/where",
                endpoint="https://s3.example.org:9000",
                region="eu-west-1",
                key="k/ey",
                secret="w@rd",
            ),
        ),
    ],
)
def test_folders_and_buckets(url: str, expected: object) -> None:
    assert parse_storage(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://x/y",
        "s3://",
        "s3:///prefix",
        "s3://k@b",
        "s3://b?x=1",
        "s3://b?endpoint=ftp://x",
        "file://host/x",
        "s3://b#x",
    ],
)
def test_what_names_none(url: str) -> None:
    assert not is_storage(url)


def test_no_secret_is_told() -> None:
    assert "word" not in repr(parse_storage("s3://key:word@bucket"))


def test_a_key_tells_what_it_is_of_and_nothing_else_does() -> None:
    sha256, upload_id = "ab" * 32, UUID(int=5)
    assert file_key(sha256) == f"files/ab/{sha256}"
    assert hash_of(file_key(sha256)) == sha256
    assert upload_of(f"{parts_key(upload_id)}12") == upload_id
    assert upload_of(whole_key(upload_id, "0123456789abcdef")) == upload_id
    assert part_of(f"{parts_key(upload_id)}12") == 12
    assert part_of(whole_key(upload_id, "12")) == 0
    for other in (
        "",
        "files/",
        f"files/ac/{sha256}",
        f"files/ab/{sha256}#1",
        f"files/ab/{sha256.upper()}",
        "incoming/x/1",
    ):
        assert hash_of(other) == ""
        assert upload_of(other) is None
    for other in (
        f"incoming/{'-' * 36}/1",
        f"incoming/{upload_id}/x",
        f"incoming/{upload_id}",
        f"x/incoming/{upload_id}/1",
        f"incoming/{upload_id}/whole-",
        f"incoming/{upload_id}/whole-1#1",
    ):
        assert upload_of(other) is None
