"""What names a storage."""

import pytest

from training.materials.rules.storages import Bucket, Folder, is_storage, parse_storage


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
