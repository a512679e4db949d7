"""Archives, read without believing them."""

import io
import struct
import zipfile
import zlib

import pytest

from tests.materials.files import GIF, TXT, ZIP, zipped
from tests.materials.hostile import ELF, EXE
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


def second(name: bytes, said: bytes, *, wrong: bool = False) -> bytes:
    """A Unicode path field (Info-ZIP) for a name."""
    told = b"\x01" + struct.pack("<L", zlib.crc32(name) ^ wrong) + said
    return struct.pack("<HH", 0x7075, len(told)) + told


def named(name: str, extra: bytes = b"", where: str = "both") -> Content:
    """An archive of one file with something behind its name: in the list, before its bytes, or in both."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.extra = b"" if where == "list" else extra
        archive.writestr(info, TXT)
        archive.filelist[0].extra = b"" if where == "file" else extra
    return content(held.getvalue())


def in_old_coding(name: bytes, said: bytes) -> Content:
    """The same with a name in a coding of long ago, without the mark that says UTF-8."""
    plain = "\u4e00" * (len(name) // 3) + "x" * (len(name) % 3)
    held = named(plain, second(name, said))
    found = held.at(0, held.size).replace(plain.encode(), name)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = found.index(mark) + place
        found = found[:at] + b"\0\0" + found[at + 2 :]
    return content(found)


@pytest.mark.parametrize("where", ["list", "file", "both"])
@pytest.mark.parametrize("wrong", [False, True])
@pytest.mark.parametrize("said", [b"virus.exe", b"../../evil.sh", b"notes.txt", b"readme.txt\0", b"\xff.txt", b""])
def test_a_second_name_that_says_something_else_is_refused(said: bytes, wrong: bool, where: str) -> None:
    with pytest.raises(NotAccepted, match=r"second name that says something else .*\(readme.txt\)"):
        read_entries(named("readme.txt", second(b"readme.txt", said, wrong=wrong), where))


@pytest.mark.parametrize("where", ["list", "file", "both"])
def test_a_second_name_that_says_the_same_is_fine(where: str) -> None:
    assert read_entries(named("readme.txt", second(b"readme.txt", b"readme.txt"), where))
    other = struct.pack("<HH", 0x5455, 5) + b"\1" + b"\0" * 4
    name = "wört.txt".encode()
    assert read_entries(named("wört.txt", other + second(name, name), where))
    assert read_entries(named("a?b.txt", second(b"a?b.txt", "aäb.txt".encode()), where))
    with pytest.raises(NotAccepted, match="second name"):
        read_entries(named("a?b.txt", second(b"a?b.txt", "aäc.txt".encode()), where))


def test_names_in_a_coding_of_long_ago_have_their_second_one() -> None:
    # What programs for Windows write: bytes of an old coding, and what they mean in Unicode.
    for name, said in (("r\u00e9sum\u00e9.txt", "cp850"), ("\u0441\u043b\u043e\u0432\u0430.txt", "cp866")):
        assert read_entries(in_old_coding(name.encode(said), name.encode()))
    old = "r\u00e9sum\u00e9.txt".encode("cp850")
    for other in ("r\u00e9sum\u00e9.exe", "../r\u00e9sum\u00e9.txt", "a/r\u00e9sum\u00e9.txt"):
        with pytest.raises(NotAccepted, match="second name"):
            read_entries(in_old_coding(old, other.encode()))


def test_a_name_before_its_bytes_is_the_one_in_the_list() -> None:
    whole = zipped({"readme.txt": TXT})
    first = whole.index(b"readme.txt")
    with pytest.raises(NotAccepted, match="second name"):
        read_entries(content(whole[:first] + b"viruss.exe" + whole[first + 10 :]))


@pytest.mark.parametrize(
    "path",
    [
        *(
            "x.exe::$DATA",
            "a.txt:x.exe",
            "x.exe:a.txt",
            "x.exe\u200b",
            "x.ex\u2060e",
            "x.exe\ufe0f",
            "x.exe\u3164",
            "x.exe. ",
        ),
        *("x.pyw", "x.MSC", "x.rdp", "x.settingcontent-ms", "x.library-ms", "x.appref-ms", "x.one", "x.iqy", "x.jnlp"),
    ],
)
def test_a_program_is_one_by_whatever_spelling(path: str) -> None:
    with pytest.raises(NotAccepted, match="program"):
        check_archive(content(ZIP), [Entry(path=f"a/{path}", size=1, packed=1, offset=0)])


@pytest.mark.parametrize("program", [EXE, ELF, b"\xcf\xfa\xed\xfe" + b"\0" * 40])
def test_a_program_is_one_by_its_first_bytes(program: bytes) -> None:
    whole = content(zipped({"a.txt": program}))
    with pytest.raises(NotAccepted, match=r"program.*\(a.txt\)"):
        check_archive(whole, read_entries(whole))
    text = content(zipped({"a.txt": b"MZ Moritz Zeller, minutes of the meeting\n", "10:30 talk.txt": TXT}))
    check_archive(text, read_entries(text))


def unsaid(*names: bytes) -> Content:
    """An archive with names of these bytes, and without the word that they are UTF-8."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for number, name in enumerate(names):
            archive.writestr("~" * (len(name) - 1) + str(number), TXT)
    whole = held.getvalue()
    for number, name in enumerate(names):
        whole = whole.replace(b"~" * (len(name) - 1) + str(number).encode(), name)
    return content(whole)


def test_names_that_are_utf_8_without_saying_so_are_read_as_that() -> None:
    names = ("ä straße.txt", "weeks/résumé 日本.txt", "plain.txt")
    whole = unsaid(*[name.encode() for name in names], "\u00e9t\u00e9.txt".encode("cp437"))
    entries = read_entries(whole)
    assert [entry.path for entry in entries] == [*names, "été.txt"]
    with zipfile.ZipFile(whole.file) as opened:
        assert [b"".join(unpacked(opened, entry)) for entry in entries] == [TXT] * 4


@pytest.mark.parametrize(
    ("names", "why"),
    [
        (("ä.txt".encode(), "a\u0308.txt".encode()), r"same name on many computers \(ä.txt and a\u0308.txt\)"),
        (("В.txt".encode(), "В.txt".encode()), r"two files of the same name \(В.txt\)"),
        (("В.txt".encode(), "в.TXT".encode()), r"same name on many computers \(В.txt and в.TXT\)"),
        (("ä/../../x.txt".encode(),), "leads out of its folder"),
        (("a\u0085.txt".encode(),), "leads out of its folder"),
    ],
)
def test_they_are_judged_as_they_are_read(names: tuple[bytes, ...], why: str) -> None:
    with pytest.raises(NotAccepted, match=why):
        read_entries(unsaid(*names))


def test_a_program_is_one_behind_a_sign_that_only_utf_8_has() -> None:
    whole = unsaid("setup.exe\u200b".encode())
    with pytest.raises(NotAccepted, match="holds a program"):
        check_archive(whole, read_entries(whole))
