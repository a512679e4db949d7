"""The table of commands. Each is imported when it is asked for, so that `training --help` answers at once."""

import signal
import sqlite3
import sys
from importlib import import_module

import click

from training import __version__
from training.base.errors import Invalid, TrainingError
from training.cli.saying import Failed

# name -> (where the command is, what it does in one line)
COMMANDS: dict[str, tuple[str, str]] = {
    "add-manager": ("training.cli.accounts:add_manager", "Give somebody the role of staff or of program manager."),
    "apply-zone-changes": (
        "training.cli.clocks:apply_zone_changes",
        "Let meetings keep their local time when rules for clocks changed.",
    ),
    "backup": ("training.cli.backups:backup", "Write everything into one file, while the service runs."),
    "check": ("training.cli.checking:check", "Prove that settings, database and bookings are in order."),
    "demo": ("training.cli.demo.running:demo", "Start everything with demo data, nothing to set up."),
    "devices": ("training.cli.devices:devices", "List the passwords of calendar programs that work, or end one."),
    "export": ("training.cli.exporting:export", "Write a list into a CSV, XLSX or JSON file."),
    "import": ("training.cli.importing:imports", "Read a file of sessions, or of people to enroll."),
    "migrate": ("training.cli.migrating:migrate", "Bring the database to the shape this version needs."),
    "preview-mail": ("training.cli.previewing:preview_mail", "Print what a message says, with example values."),
    "restore": ("training.cli.backups:restore", "Fill an empty database from a backup of either engine."),
    "send-test": ("training.cli.mailing:send_test", "Send one mail, and say what the mail server answered."),
    "serve": ("training.cli.serving:serve", "Serve pages and API."),
    "sign-in-link": ("training.cli.accounts:sign_in_link", "Print a sign-in link for somebody, without mail."),
    "tokens": ("training.cli.tokens:tokens", "List the API tokens that work, or end one of them."),
    "work": ("training.cli.working:work", "Do what is due: run the ticks of the worker."),
}


class LazyCommands(click.Group):
    """The commands of the table, imported one at a time."""

    def list_commands(self, _: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(COMMANDS)

    def get_command(self, _: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported now; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _colon, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_where, line) in sorted(COMMANDS.items())])

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; what it could not do becomes one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except Invalid as error:
            fields = "".join(f" {name}: {text}" for name, text in error.fields.items() if text != error.detail)
            raise Failed(f"{error.detail}{fields}") from error
        except TrainingError as error:
            raise Failed(_said(error)) from error
        except BrokenPipeError:
            raise
        except (OSError, sqlite3.Error) as error:
            raise Failed(f"It could not be finished: {error}.") from error
        except Exception as error:
            # Known by its name, because importing the driver would make every command wait for it.
            if type(error).__module__.partition(".")[0] == "asyncpg":
                raise Failed(f"It could not be finished: {error}.") from error
            raise


def _said(error: TrainingError) -> str:
    """What a person reads of an error: of a duplicate also what there is already, by the name of its constraint."""
    constraint = str(error.data.get("constraint", "")).removeprefix("uq_").removesuffix("_pkey")
    return f"{error.detail.removesuffix('.')}: {constraint.replace('_', ' ')}." if constraint else error.detail


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="training")
def cli() -> None:
    """Run `training`: sessions, places, invites and materials for partner organizations.

    Settings are environment variables, TRAINING_DATABASE_URL first of all; docs/reference/settings.md lists them.
    """


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def main() -> None:
    """The entry point of the `training` command."""
    # So that a command that is told to end tidies up what it has begun; some commands have a gentler way of their own.
    signal.signal(signal.SIGTERM, _end)
    try:
        cli.main(prog_name="training")
    except BrokenPipeError:
        # The reader of our output has gone (`training check | head`): not our failure, and nobody reads a traceback.
        sys.stderr.close()
        sys.exit(1)
