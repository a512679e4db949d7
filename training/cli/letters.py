"""What `training check` says of names that paper cannot show."""

from training.base.database import fetch
from training.base.structs import Frozen
from training.booking.queries import NAME_SQL
from training.cli.saying import counted
from training.settings import Settings
from training.web.fonts import missing_scripts

CHECK = "fonts"
# Everything that stands on an attendance sheet or a certificate because somebody has a place.
_ON_PAPER = (
    f"SELECT DISTINCT {NAME_SQL} AS text FROM enrollment e JOIN person p ON p.id = e.person_id"
    " LEFT JOIN membership m ON m.id = e.membership_id WHERE e.state IN ('enrolled', 'completed', 'not completed')"
    " UNION SELECT o.name AS text FROM partner o WHERE EXISTS (SELECT 1 FROM enrollment e WHERE e.partner_id = o.id)"
    " UNION SELECT s.title AS text FROM session s WHERE s.state <> 'draft'"
    " UNION SELECT t.name AS text FROM person t WHERE EXISTS"
    " (SELECT 1 FROM trainer_assignment a WHERE a.person_id = t.id)"
)


class _Text(Frozen, frozen=True, kw_only=True):
    text: str


async def font_line(settings: Settings) -> tuple[str, bool, str]:
    """(check, whether every name on paper can be shown, in words): which scripts lack a font, and where to put one."""
    texts = [row.text for row in await fetch(_Text, _ON_PAPER)]
    missing = missing_scripts(texts, settings.fonts_dir)
    if not missing:
        return CHECK, True, "every name on attendance sheets and certificates can be shown"
    touched = sum(bool(missing_scripts([text], settings.fonts_dir)) for text in texts)
    scripts = ", ".join(f"{name} ({letters})" for name, letters in sorted(missing.items()))
    where = (
        f"put one into {settings.fonts_dir}"
        if settings.fonts_dir
        else "put one into a folder that TRAINING_FONTS_DIR names"
    )
    # A picture in somebody's name is no script that a program must be able to write.
    only_signs = set(missing) == {"Symbols"}
    return CHECK, only_signs, f"no font for {scripts} in {counted(touched, 'name')}: {where}"
