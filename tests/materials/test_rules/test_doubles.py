"""Names in an archive that fall together, and the many that do not: in every script, whatever the packer said."""

import io
import struct
import unicodedata
import zlib
from collections.abc import Callable, Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.materials.files import Written, zip_of
from training.materials.rules.contents import Content
from training.materials.rules.doubles import Named, doubled
from training.materials.rules.formats import NotAccepted
from training.materials.rules.zips import read_entries

# One of each pair of letters; no two of them are written with the same sign.
SCRIPTS = {
    "plain": "abcdefghijklmnopqrstuvwxyz0123456789-_",
    "latin": "äàáâãåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđęěğłńňőřśşšťůűźżžơưạẹọ",
    "greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђћџ",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցփքօֆ",
    "hebrew": "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويپچژگ",
    "devanagari": "अआइईउऊएऐकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसहािीुू",
    "thai": "กขคงจฉชซญดตถทนบปผพฟมยรลวศสหอะาิีุู",
    "ethiopic": "ሀሁሂለሉሊመሙሚሰሱሲረሩሪ",
    "kana": "あいうえおかがきぎくぐけげこごアイウエオカガキギクグケゲコゴ",
    "han": "一二三四五六七八九十日本語学校中国文字两帤資料教室",
    "hangul": "가각간갈감강개객거건걸검게격견결경계고곡",
    "signs": "😀😁👍🏫📄★☆№€–—…“”‘’",
}
# As their computers wrote them for decades, without a word which it is.
CODINGS = {
    "cyrillic": ("cp866", "cp1251", "koi8-r"),
    "greek": ("cp737", "cp1253"),
    "latin": ("cp437", "cp850", "cp1252", "cp1250"),
    "hebrew": ("cp862", "cp1255"),
    "arabic": ("cp1256", "cp720"),
    "thai": ("cp874",),
    "kana": ("cp932", "euc-jp", "gbk"),
    "han": ("cp932", "gbk", "big5"),
    "hangul": ("cp949", "euc-kr"),
}


def packed(written: Iterable[Written]) -> Content:
    whole = zip_of(*written)
    return Content(io.BytesIO(whole), len(whole))


def flagged(name: str) -> Written:
    return Written(name=name.encode(), said=True)


def unflagged(name: str) -> Written:
    return Written(name=name.encode())


def old(name: str, coding: str) -> Written:
    return Written(name=name.encode(coding))


def with_second(name: bytes, said: str) -> Written:
    """With a Unicode path field (Info-ZIP)."""
    told = b"\x01" + struct.pack("<L", zlib.crc32(name)) + said.encode()
    return Written(name=name, extra=struct.pack("<HH", 0x7075, len(told)) + told)


def in_utf8(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


ways = st.sampled_from([flagged, unflagged])
of_a_script = st.sampled_from(sorted(SCRIPTS)).flatmap(lambda script: st.text(SCRIPTS[script], min_size=1, max_size=6))
stems = st.lists(of_a_script, min_size=1, max_size=3).map(" ".join)
folders = st.sampled_from(["", "week 1/", "неделя 1/", "第1週/"])


@given(st.lists(st.tuples(folders, stems, ways), min_size=1, max_size=12, unique_by=lambda one: one[:2]))
def test_distinct_names_in_whatever_scripts_are_taken(
    files: list[tuple[str, str, Callable[[str], Written]]],
) -> None:
    names = [f"{folder}{stem}.txt" for folder, stem, _ in files]
    archive = packed([way(name) for name, (_, _, way) in zip(names, files, strict=True)])
    assert [entry.path for entry in read_entries(archive)] == names


in_codings = st.sampled_from([(script, coding) for script, all_of in CODINGS.items() for coding in all_of])


@given(st.data(), in_codings)
def test_distinct_names_in_a_coding_of_long_ago_are_taken(data: st.DataObject, of: tuple[str, str]) -> None:
    script, coding = of
    known = [sign for sign in SCRIPTS[script] if len(sign.encode(coding, "ignore"))]
    # The second half of some of them is a backslash, which leads elsewhere on Windows.
    known = [sign for sign in known if b"\\" not in sign.encode(coding)]
    names = data.draw(st.lists(st.text(known, min_size=1, max_size=6), min_size=1, max_size=12, unique=True))
    written = [old(f"{name}.txt", coding) for name in names]
    # What happens to be UTF-8 is read as that.
    assume(not any(in_utf8(one.name) for one in written))
    assert len(read_entries(packed(written))) == len(names)


def in_capitals(name: str) -> str:
    """As Windows compares: each letter by its capital, where that leads back to it."""
    return "".join(big if (big := sign.upper()).lower() == sign else sign for sign in name)


SAME: list[Callable[[str], str]] = [
    str,
    in_capitals,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: in_capitals(unicodedata.normalize("NFD", name)),
    lambda name: unicodedata.normalize("NFD", in_capitals(name)),
    lambda name: f"{name[:1]}\u200d{name[1:]}",
    lambda name: f"{name}\ufe0f",
    lambda name: f"{name}. ",
    lambda name: f"{in_capitals(name)}/",
]


@given(folders, stems, st.sampled_from(SAME), ways, ways, st.booleans())
def test_what_falls_together_on_some_disk_is_refused(
    folder: str,
    stem: str,
    same: Callable[[str], str],
    one: Callable[[str], Written],
    other: Callable[[str], Written],
    turned: bool,
) -> None:
    name = f"{folder}{stem}.txt"
    both = [one(name), flagged("other.txt"), other(same(name))]
    with pytest.raises(NotAccepted, match=r"two files (of the|that have the) same name"):
        read_entries(packed(both[::-1] if turned else both))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # Each pair is one where the bytes are read as those of the first personal computers, without capitals.
        *(("Вариант Б", "Вариант В"), ("р", "ч"), ("ц", "я"), ("ф", "ю"), ("Ф", "Х"), ("Д", "Й")),
        *(("あ", "ぐ"), ("两", "帤"), ("Straße", "Strase"), ("Sınıf", "Sinif"), ("a", "b")),
    ],
)
def test_names_that_differ_in_one_letter_are_two(one: str, other: str) -> None:
    for way in (flagged, unflagged):
        archive = packed([way(f"{one}.txt"), way(f"{other}.txt")])
        assert [entry.path for entry in read_entries(archive)] == [f"{one}.txt", f"{other}.txt"]


@pytest.mark.parametrize(
    ("coding", "one", "other"),
    [("cp866", "Тема.txt", "Сема.txt"), ("cp932", "ア.txt", "ヂ.txt"), ("gbk", "丄.txt", "乪.txt")],
)
def test_in_an_unknown_coding_other_bytes_are_other_letters(coding: str, one: str, other: str) -> None:
    assert len(read_entries(packed([old(one, coding), old(other, coding)]))) == 2


@pytest.mark.parametrize(
    ("names", "said"),
    [
        # Nobody knows which letter it is, but it is the same; plain ones are known.
        ([old("Тема.txt", "cp866"), old("Тема.txt", "cp866")], "of the same name"),
        ([old("Тема.TXT", "cp866"), old("Тема.txt", "cp866")], "have the same name"),
        ([old("日本 A.txt", "cp932"), old("日本 a.txt", "cp932")], "have the same name"),
        ([old("Тема.txt", "cp866"), old("Тема.txt. ", "cp866")], "have the same name"),
        # It may be the coding of the first personal computers, of which programs think first.
        ([old("é.txt", "cp437"), flagged("é.txt")], r"of the same name \(é.txt\)"),
        ([old("é.txt", "cp437"), unflagged("é.txt")], r"of the same name \(é.txt\)"),
        ([unflagged("É.txt"), old("é.txt", "cp437")], r"have the same name .*\(É.txt and é.txt\)"),
        ([flagged("Straße.txt"), flagged("STRASSE.txt")], r"have the same name .*\(Straße.txt and STRASSE.txt\)"),
        # As the library looks them up.
        ([unflagged("В.txt"), flagged("В.txt".encode().decode("cp437"))], r"have the same name .*\(В.txt and ╨Æ.txt\)"),
        # Programs that know of second names unpack by them.
        ([with_second(b"a?.txt", "aä.txt"), flagged("AÄ.txt")], r"\(a\?.txt and AÄ.txt\)"),
        ([with_second(b"?.txt", "ä.txt"), with_second(b"_.txt", "Ä.txt")], "second name"),
        (
            [with_second(b"\x82.txt", "В.txt"), with_second(b"\xa2.txt", "в.txt")],
            "have the same name",
        ),
    ],
)
def test_what_falls_together_is_named(names: list[Written], said: str) -> None:
    for each in (names, names[::-1]) if "and" not in said else (names,):
        with pytest.raises(NotAccepted, match=said):
            read_entries(packed(each))


def test_the_first_two_are_named() -> None:
    names = [Named(listed=name, meant=name) for name in ("a", "b", "B", "A")]
    assert doubled(names) == ("b", "B")
    assert doubled(names[:2]) is None
    assert doubled([]) is None
