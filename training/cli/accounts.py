"""`training add-manager`, `training sign-in-link`: nobody is locked out because there is no mail server."""

import click

from training.base.errors import NotFound
from training.base.paging import MOST_LIMIT
from training.base.work import Work
from training.catalogue.queries import get_program, list_programs
from training.cli.opening import OPERATOR, opened, run, settings_or_fail, works_of
from training.cli.saying import Failed, say
from training.outbox.rules import SHORTEST_KEY
from training.people.actions import make_manager, make_staff
from training.people.actions import sign_in_link as make_sign_in_link
from training.settings import Settings


@click.command("add-manager")
@click.argument("address")
@click.option("--program", metavar="SLUG", help="The program to manage, by the last part of its address.")
@click.option("--staff", is_flag=True, help="Staff operates the platform and sees every program.")
@click.option("--name", default="", help="The name, if there is no account yet.")
def add_manager(address: str, program: str | None, staff: bool, name: str) -> None:
    """Make the person with this e-mail ADDRESS staff, or manager of one program.

    An account is added if there is none. Doing it twice changes nothing.
    """
    if staff == (program is not None):
        raise click.UsageError("Say either --staff or --program SLUG.")
    run(_add_manager(settings_or_fail(), address, program, name))
    say(f"{address} is {f'a manager of {program}' if program else 'staff'} now. Next: training sign-in-link {address}")


async def _add_manager(settings: Settings, address: str, program: str | None, name: str) -> None:
    async def add(work: Work) -> None:
        if program is None:
            await make_staff(work, address, name)
        else:
            try:
                found = await get_program(program)
            except NotFound as error:
                raise Failed(await no_program(program)) from error
            await make_manager(work, address, found.id, name)

    async with opened(settings):
        await works_of(settings).run(OPERATOR, add)


async def no_program(slug: str) -> str:
    """That there is no program of this slug, and which there are."""
    found = await list_programs(OPERATOR, managed=True, limit=MOST_LIMIT)
    slugs = ", ".join(program.slug for program in found.items)
    known = f"The programs here: {slugs}." if slugs else "There is none here yet."
    return f"There is no program {slug!r}. {known}"


@click.command("sign-in-link")
@click.argument("address")
def sign_in_link(address: str) -> None:
    """Print a link that signs in the person with this e-mail ADDRESS.

    It works once, for ten minutes, in any browser, for whoever holds it: hand it over with care.
    """
    settings = settings_or_fail()
    if len(settings.secret_key) < SHORTEST_KEY:
        raise Failed("TRAINING_SECRET_KEY is missing or too short: a link is only good with the key of the server.")
    say(run(_sign_in_link(settings, address)))


async def _sign_in_link(settings: Settings, address: str) -> str:
    async with opened(settings):
        return await works_of(settings).run(OPERATOR, make_sign_in_link, address)
