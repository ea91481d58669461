"""The command line: argument parsing only, one module per noun, imported when it is called."""

from __future__ import annotations

import sys
import traceback
from importlib import import_module
from typing import Any

import click

from tracker import __version__
from tracker.errors import TrackerError

_COMMANDS = {
    "demo": ("tracker.cli.demo", "The whole job offline, with an invented regulators' site."),
    "source": ("tracker.cli.source", "The declared sources: list, show, check, new."),
    "crawl": ("tracker.cli.crawl", "Fetch, archive, read and compare sources."),
    "replay": ("tracker.cli.replay", "Feed recorded documents through the same code, oldest first."),
    "rules": ("tracker.cli.rules", "The rules of a jurisdiction, now or on a past day."),
    "find": ("tracker.cli.find", "Where a condition gives access."),
    "compare": ("tracker.cli.compare", "The rules of several jurisdictions side by side."),
    "upcoming": ("tracker.cli.upcoming", "What is adopted and begins later, and what is about to end."),
    "history": ("tracker.cli.history", "Every version of a jurisdiction's rules, on both clocks."),
    "changes": ("tracker.cli.changes", "What changed."),
    "subscription": ("tracker.cli.subscription", "Who wants what, how often, where."),
    "digest": ("tracker.cli.digest", "Preview digests, or send what is due."),
    "baseline": ("tracker.cli.baseline", "What a new database starts from: values read in official texts."),
    "export": ("tracker.cli.export", "The whole dataset as files for analysts, with a codebook."),
    "review": ("tracker.cli.review", "What waits for a person: critical changes, held sources, lost passages."),
    "serve": ("tracker.cli.serve", "Scheduler, workers and pages in one process tree."),
    "schema": ("tracker.cli.schema", "The JSON Schemas published in schemas/."),
    "db": ("tracker.cli.db", "Upkeep of the database."),
    "doctor": ("tracker.cli.doctor", "What is wrong with this installation, in plain words."),
}
"""Each command's module and its line in the help: listing them imports none of them."""


class _Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], _COMMANDS, 2, 0.5)
            guess = f" Did you mean {' or '.join(near)}?" if near else ""
            ctx.fail(f"There is no command {args[0]!r}.{guess}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="tracker")
def tracker() -> None:
    """Watch official texts on medical cannabis, ask for the rules of a region, and hear when they really change.

    Information about public rules, not legal or medical advice.
    """


def main(argv: list[str] | None = None) -> None:
    """Run a command; every expected error is one sentence on standard error and exit code 2."""
    try:
        result: Any = tracker.main(argv, prog_name="tracker", standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        click.echo("Interrupted; nothing is half-written.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except TrackerError as error:
        click.echo(f"tracker: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception:
        traceback.print_exc()
        click.echo("tracker: this is a fault in the tracker itself; please report it with the lines above.", err=True)
        sys.exit(70)
    sys.exit(result if isinstance(result, int) else 0)
