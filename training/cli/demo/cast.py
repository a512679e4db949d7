"""The people and organizations of the demo. All of them are invented; their addresses end in `.example`."""

from training.base.structs import Frozen


class Somebody(Frozen, frozen=True, kw_only=True):
    """A person of the story."""

    name: str
    email: str
    zone: str = "UTC"


class Organization(Frozen, frozen=True, kw_only=True):
    """A partner organization and its people; the first of them coordinates it."""

    name: str
    domain: str
    country: str
    zone: str
    people: tuple[str, ...]
    parent: str = ""
    helpline: str = ""


STAFF = Somebody(name="Ines Okoye", email="ines@host.example", zone="America/New_York")
PROGRAM_MANAGER = Somebody(name="Marco Reyes", email="marco@host.example", zone="America/New_York")
# She coordinates two partners: a crisis line and the chapter she sits on the board of.
COORDINATOR = Somebody(name="Lena Sørensen", email="lena@lanternline.example", zone="America/New_York")
LEARNER = Somebody(name="Aisha Rahman", email="aisha@lanternline.example", zone="America/New_York")
TRAINERS = {
    "tomasz": Somebody(name="Tomasz Wilk", email="tomasz@host.example", zone="Europe/Warsaw"),
    "naomi": Somebody(name="Naomi Clarke", email="naomi@host.example", zone="America/New_York"),
    "rafael": Somebody(name="Rafael Ibarra", email="rafael@host.example", zone="America/Mexico_City"),
    "greta": Somebody(name="Greta Lindqvist", email="greta@host.example", zone="Europe/Berlin"),
}
TRAINER = TRAINERS["tomasz"]

ORGANIZATIONS: tuple[Organization, ...] = (
    Organization(
        name="Lanternline",
        domain="lanternline.example",
        country="US",
        zone="America/New_York",
        people=(
            COORDINATOR.name,
            LEARNER.name,
            "Ben Adeyemi",
            "Chloe Martin",
            "Dov Katz",
            "Elif Aydın",
            "Farid Haddad",
            "Grace Whitfield",
            "Hana Kimura",
            "Isaac Obi",
            "Joanna Piątek",
            "Kofi Mensah",
        ),
        helpline="+1 555 0100",
    ),
    Organization(
        name="Open Window Alliance",
        domain="openwindow.example",
        country="US",
        zone="America/Chicago",
        people=("Patricia Novak", "Quentin Moreau", "Rosa Delgado", "Samir Patel", "Tessa Brandt", "Ulrich Vance"),
    ),
    Organization(
        name="Open Window Cascadia",
        domain="cascadia.openwindow.example",
        country="US",
        zone="America/Los_Angeles",
        people=("Willa Park", "Xavier Boone", "Yuki Tanaka", "Zoe Fairchild", "Arjun Mehta", "Bianca Rossi"),
        parent="Open Window Alliance",
    ),
    Organization(
        name="Open Window Great Lakes",
        domain="lakes.openwindow.example",
        country="US",
        zone="America/Chicago",
        people=("Cedric Hughes", "Dana Kowalski", "Emeka Nwosu", "Fiona Gallagher"),
        parent="Open Window Alliance",
    ),
    Organization(
        name="Harbor Hands",
        domain="harborhands.example",
        country="CA",
        zone="America/Halifax",
        people=("Gwen MacLeod", "Hugo Tremblay", "Ivy Chen"),
    ),
    Organization(
        name="Mente Clara",
        domain="menteclara.example",
        country="MX",
        zone="America/Mexico_City",
        people=("Lucía Fernández", "Mateo Vargas", "Noelia Cruz", "Óscar Peña", "Pilar Ríos"),
        helpline="+52 55 5555 0123",
    ),
    Organization(
        name="Stille Stunde e. V.",
        domain="stillestunde.example",
        country="DE",
        zone="Europe/Berlin",
        people=("Jonas Weiß", "Katharina Böhm", "Lukas Schröder", "Miriam Özdemir", "Nele Krüger"),
        helpline="+49 30 555 0142",
    ),
    Organization(
        name="Steady Youth Network",
        domain="steadyyouth.example",
        country="GB",
        zone="Europe/London",
        people=("Oliver Hart", "Priya Sharma", "Rhys Evans", "Sinead Byrne"),
    ),
    Organization(
        name="Second Porch",
        domain="secondporch.example",
        country="US",
        zone="America/Denver",
        people=("Tamara Begay", "Victor Lund"),
    ),
)


def address_of(name: str, domain: str) -> str:
    """The address of somebody at an organization: the first name, without accents, at its domain."""
    plain = name.split(maxsplit=1)[0].lower().translate(_PLAIN)
    return f"{plain}@{domain}"


_PLAIN = str.maketrans({"í": "i", "ó": "o", "é": "e", "á": "a", "ø": "o", "ł": "l", "ö": "o", "ı": "i", "ń": "n"})
