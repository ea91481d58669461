"""`tracker doctor`."""

from __future__ import annotations

import click

from tracker.cli import context


@click.command()
def command() -> int:
    """What is set, where it came from, and what is wrong with this installation; changes nothing.

    Exit code 0: in order. 1: something needs a person.

    Example: tracker doctor
    """
    from tracker.cli.output import printable
    from tracker.services.doctor import Verdict, examine, settings_shown

    here = context.workspace()
    shown = settings_shown(here.settings)
    width = max(len(each.name) for each in shown)
    for each in shown:
        click.echo(f"{each.name:<{width}}  {each.value or '-'}  [{each.origin}]")
    click.echo()
    marks = {Verdict.OK: ("ok", "green"), Verdict.ADVICE: ("advice", "yellow"), Verdict.PROBLEM: ("PROBLEM", "red")}
    problems = 0
    for finding in examine(here):
        problems += finding.verdict is Verdict.PROBLEM
        text, colour = marks[finding.verdict]
        click.echo(f"{click.style(f'{text:<8}', fg=colour)} {finding.about}: {printable(finding.sentence)}")
    click.echo()
    click.echo(f"{problems} problem{'' if problems == 1 else 's'}." if problems else "In order.")
    return int(problems > 0)
