"""What this installation is called and where it can be reached; handed in by the composition roots."""

from training.base.structs import Frozen


class Site(Frozen, frozen=True, kw_only=True):
    """One installation. `base_url` has no trailing slash; absolute links are made from it and nothing else.

    `mails`: there is a mail server, so messages leave, also those of a demonstration. `reply_address`: what those
    addresses are made of to which calendars answer; empty where nobody reads answers. `fonts_dir`: a folder with more
    fonts for paper, or "". `files_url` is where files are handed out when that is another host, without a trailing
    slash, or "". `scans`: files wait for a scanner before anybody sees them. `largest_file` is how many bytes one file
    may have, whatever its kind; `program_storage` and `partner_storage` how many bytes a program, and the people of one
    partner in all programs, may keep with us.
    """

    name: str = "training"
    base_url: str = "http://127.0.0.1:8000"
    sender: str = "training@localhost.localdomain"
    demo: bool = False
    mails: bool = False
    secret_key: str = ""
    reply_address: str = ""
    fonts_dir: str = ""
    files_url: str = ""
    scans: bool = False
    largest_file: int = 4_096_000_000
    program_storage: int = 50_000_000_000
    partner_storage: int = 5_000_000_000

    def __repr__(self) -> str:
        """Without the key: a representation ends up in tracebacks and logs."""
        return f"Site(name={self.name!r}, base_url={self.base_url!r})"

    @property
    def secure(self) -> bool:
        """Whether browsers reach us by https, so that cookies can carry the `__Host-` prefix."""
        return self.base_url.startswith("https://")

    @property
    def keeps_mail(self) -> bool:
        """Whether no message leaves, and all are read in the mailbox page: in a demonstration without a server."""
        return self.demo and not self.mails

    def url(self, path: str) -> str:
        """The absolute address of a path of ours."""
        return f"{self.base_url}{path}"
