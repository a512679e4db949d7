"""A form as a browser holds it: read from a page, to be changed and sent."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    """Reads the first form that posts to an address."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
        self.inside = self.done = False
        self.fields: dict[str, list[str]] = {}
        self.area = self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        if tag == "form" and not self.done:
            self.inside = told.get("action") == self.action
        if not self.inside:
            return
        name = told.get("name", "")
        if tag == "input" and name and (told.get("type") not in ("checkbox", "radio") or "checked" in told):
            self.fields.setdefault(name, []).append(told.get("value", ""))
        elif tag == "textarea":
            self.area = name
            self.fields[name] = [""]
        elif tag == "select":
            self.select = name
            self.fields[name] = []
        elif tag == "option" and self.select and ("selected" in told or not self.fields[self.select]):
            self.fields[self.select] = [told.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.inside and self.area:
            self.fields[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.inside:
            self.inside, self.done = False, True
        elif tag == "textarea" and self.area:
            self.fields[self.area][0] = self.fields[self.area][0].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""


def form_on(page: str, action: str) -> dict[str, list[str]]:
    """What the form that posts to `action` holds. Fails when there is none."""
    reader = _Reader(action)
    reader.feed(page)
    assert reader.done, f"no form posts to {action}"
    return reader.fields
