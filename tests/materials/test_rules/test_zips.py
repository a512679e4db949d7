"""Archives, read without believing them."""

import io
import zipfile

import pytest

from tests.materials.files import GIF, TXT, ZIP, zipped
from training.materials.rules.contents import Content
from training.materials.rules.formats import NotAccepted
from training.materials.rules.zips import Entry, check_archive, find_list, is_zip, read_entries, unpacked


def content(whole: bytes) -> Content:
    return Content(io.BytesIO(whole), len(whole))


def test_the_files_of_an_archive_in_their_order() -> None:
    found = read_entries(content(zipped({"b/": b"", "b/c.txt": TXT, "a.txt": b"x"})))
    assert [(entry.path, entry.size) for entry in found] == [("b/c.txt", len(TXT)), ("a.txt", 1)]


def test_a_list_is_found_behind_other_bytes_only_when_it_is_one() -> None:
    assert find_list(content(GIF + ZIP)) is not None
    assert find_list(content(GIF + b"PK\x05\x06" + b"\0" * 18)) is not None
    assert find_list(content(GIF + b"PK\x05\x06" + b"\1" * 18)) is None
    assert find_list(content(GIF)) is None
    assert (is_zip(content(ZIP)), is_zip(content(GIF + ZIP))) == (True, False)


def test_large_archives_are_listed_with_wide_numbers() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(TXT)
    assert [entry.path for entry in read_entries(content(held.getvalue()))] == ["a.txt"]


def test_a_file_is_unpacked_in_pieces_up_to_what_its_list_says() -> None:
    with zipfile.ZipFile(io.BytesIO(zipped({"a": b"x" * 3_000_000}))) as opened:
        entry = Entry(path="a", size=3_000_000, packed=0, offset=0)
        assert [len(piece) for piece in unpacked(opened, entry)] == [1 << 20, 1 << 20, 3_000_000 - (2 << 20)]
        for size in (2_000_000, 4_000_000):
            with pytest.raises(NotAccepted):
                list(unpacked(opened, Entry(path="a", size=size, packed=0, offset=0)))


def test_what_goes_on_behind_its_end_is_refused() -> None:
    for rest in (b"", b"\0" * 500, b"\n# made by x\n"):
        assert read_entries(content(ZIP + rest))
    for rest in (b"<script>" * 10, b"\0" * 500 + b"x" * 2500):
        with pytest.raises(NotAccepted, match="goes on behind its end"):
            read_entries(content(ZIP + rest))
        # Behind another file it is found all the same.
        assert find_list(content(GIF + ZIP + rest)) is not None


def test_deep_folders_are_told_as_what_they_are() -> None:
    assert read_entries(content(zipped({"a/" * 12 + "x.txt": TXT})))
    with pytest.raises(NotAccepted, match="more than 12 deep"):
        read_entries(content(zipped({"a/" * 13 + "x.txt": TXT})))


def test_programs_and_archives_are_no_contents() -> None:
    whole = content(ZIP)
    for path in ("a/setup.exe", "a.docm", "b.zip", "b.7z"):
        with pytest.raises(NotAccepted):
            check_archive(whole, [Entry(path=path, size=1, packed=1, offset=0)])
    check_archive(whole, read_entries(whole))
