"""Which words stand only in private things of one side, and who may read them."""

from tests.access.facts import PARTNER_TOKEN, READ_TOKEN, key

# Words that stand only in private things of one side, and the roles that may read them.
_READERS: dict[str, frozenset[str]] = {
    "zpartner": frozenset({"staff", "manager", "other manager", "coordinator A", "learner of A", "trainer"}),
    "zcontact": frozenset({"staff", "manager", "coordinator A", "learner of A"}),
    "zpeople": frozenset({"staff", "manager", "coordinator A"}),
    "zsession": frozenset({"staff", "manager", "coordinator A", "learner of A", "trainer"}),
    "zanswer": frozenset({"staff", "manager", "coordinator A", "learner of A", "trainer"}),
    "qanswer": frozenset({"staff", "other manager", "coordinator B"}),
    "zdraft": frozenset({"staff", "manager"}),
    "zjoining": frozenset({"staff", "manager", "learner of A", "trainer"}),
    "zcode": frozenset({"staff", "manager"}),
    "qpartner": frozenset({"staff", "manager", "other manager", "coordinator B"}),
    "qcontact": frozenset({"staff", "manager", "other manager", "coordinator B"}),
    "qpeople": frozenset({"staff", "manager", "other manager", "coordinator B"}),
    "qsession": frozenset({"staff", "other manager", "coordinator B"}),
    "qdraft": frozenset({"staff", "other manager"}),
    "qjoining": frozenset({"staff", "other manager"}),
    "qcode": frozenset({"staff", "other manager"}),
    "xself": frozenset({"staff", "manager"}),
    "zmessage": frozenset({"staff", "manager", "coordinator A"}),
    "qmessage": frozenset({"staff", "other manager", "coordinator B"}),
}
_LIKE = {"staff": READ_TOKEN.name, "coordinator A": PARTNER_TOKEN.name}
CANARIES = {
    word: readers | {token for person, token in _LIKE.items() if person in readers}
    for word, readers in _READERS.items()
}
# Ids that tell of a thing as much as its name would.
PRIVATE_IDS: dict[str, frozenset[str]] = {
    str(key(f"{kind} {base}")): CANARIES[f"{letter}people"] | more
    for base, letter, more in (("one", "z", frozenset({"learner of A"})), ("two", "q", frozenset()))
    for kind in ("member", "spare", "invited", "person member", "person spare", "partner token")
} | {
    str(key(f"{kind} {name}")): CANARIES[f"{letter}people"] | more
    for name, letter, more in (
        ("one", "z", frozenset({"learner of A", "trainer"})),
        ("shared A", "z", frozenset()),
        ("two", "q", frozenset()),
        ("shared B", "q", frozenset()),
    )
    for kind in ("booking", "enrollment", "waiting", "gone")
}
