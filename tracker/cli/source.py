"""`tracker source`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import context
from tracker.cli.output import emit, format_option

if TYPE_CHECKING:
    from tracker.domain.source import Source
    from tracker.services.check import CheckResult
    from tracker.services.workspace import Workspace
    from tracker.store.captures import SourceState

_LISTED = {
    "id": "source",
    "jurisdiction": "jurisdiction",
    "rules": "rules",
    "state": "state",
    "read_at": "read",
}
_CHECKED = {
    "source": "source",
    "example": "example",
    "name": "rule",
    "display": "value",
    "citation": "citation",
    "quote": "quote",
    "missing": "missing",
}


@click.group()
def command() -> None:
    """The declared sources: what they are, what they read, and new ones."""


@command.command("list")
@click.option("--coverage", is_flag=True, help="What is known of each jurisdiction and topic, and how old it is.")
@format_option
def list_(coverage: bool, fmt: str) -> int:
    """Every declared source.

    Exit code 1 where a declaration cannot be used; the others are listed.

    Example: tracker source list --coverage
    """
    here = context.workspace()
    if coverage:
        return _coverage(here, fmt)
    from tracker.store.captures import sources

    with here.database.read() as conn:
        states = {state.id: state for state in sources(conn)}
    emit(
        [_row(here, source, states.get(id_)) for id_, source in sorted(here.declarations.sources.items())], _LISTED, fmt
    )
    return _trouble(here)


def _coverage(here: Workspace, fmt: str) -> int:
    from tracker.cli.coverage_text import show as show_coverage
    from tracker.services.coverage import coverage, rows

    with here.database.read() as conn:
        places = coverage(here, conn, datetime.now(UTC).date())
    if fmt == "table":
        show_coverage(places)
    else:
        listed = rows(places)
        emit(listed, {name: name for name in listed[0]} if listed else {}, fmt)
    for problem in here.baselines.problems:
        click.echo(f"tracker: {problem}", err=True)
    return int(_trouble(here) or bool(here.baselines.problems))


@command.command()
@click.argument("source_id", metavar="ID")
def show(source_id: str) -> int:
    """A declaration in words: where it looks, when, on what terms, and how it reads each rule.

    Example: tracker source show ca/cannabis-act
    """
    from tracker.cli.source_text import describe

    here = context.workspace()
    click.echo(describe(here.declarations.source(source_id), here.words))
    return 0


@command.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--all", "everything", is_flag=True, help="Every declared source.")
@format_option
def check(ids: tuple[str, ...], everything: bool, fmt: str) -> int:
    """Read the recorded examples of sources, and compare with their expected.yml.

    Exit code 0: all as expected. 1: something is missing, differs, or has to be read by a person first.

    Example: tracker source check ca/cannabis-act
    """
    from tracker.cli.source_text import report

    if bool(ids) == everything:
        raise click.UsageError("Name sources, or give --all.")
    here = context.workspace()
    sources = [here.declarations.source(each) for each in ids] or list(here.declarations.sources.values())
    results = [result for source in sources for result in _results(here, source)]
    if fmt == "table":
        for result in results:
            click.echo(report(result))
    else:
        emit([row for result in results for row in _answers(result)], _CHECKED, fmt)
        for result in results:
            for problem in result.problems:
                click.echo(f"{result.source} {result.example}: {problem}", err=True)
    failed = not all(result.ok for result in results)
    return int((_trouble(here) if everything else 0) or failed)


@command.command()
@click.argument("source_id", metavar="ID")
@click.option("--url", required=True, help="The official address.")
@click.option(
    "--file", "page", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The page as you saved it."
)
def new(source_id: str, url: str, page: Path | None) -> int:
    """Write the skeleton of a declaration, with a saved page as its example.

    Nothing is fetched: open the address in a browser, save the page as it was sent, and give it with --file.

    Example: tracker source new de/medcang --url https://www.gesetze-im-internet.de/medcang/ --file medcang.html
    """
    from tracker.services.new_source import new_source

    here = context.workspace()
    body = page.read_bytes() if page else None
    for path in new_source(source_id, url, body, _own_folder(here), today=datetime.now(UTC).date()):
        click.echo(f"wrote {path}")
    if body is None:
        click.echo("Nothing was fetched: save the page with a browser, and put it beside the declaration, as")
        click.echo(f"{source_id}.examples/YEAR-MM-DD/text.html (or .xml). Next time give it with --file.")
    click.echo(f"Next: fill in what says FILL IN, add rules, then: tracker source check {source_id}")
    return 0


def _row(here: Workspace, source: Source, state: SourceState | None) -> dict[str, Any]:
    return {
        "id": source.id,
        "jurisdiction": here.words.jurisdiction(source.jurisdiction).name,
        "format": source.format.value,
        "documents": "by index" if source.index else len(source.documents),
        "rules": len(source.rules),
        "state": state.outcome.value if state and state.outcome else "never",
        "read_at": state.last_ok_at.date() if state and state.last_ok_at else None,
        "reason": state.reason if state else "",
    }


def _results(here: Workspace, source: Source) -> list[CheckResult]:
    from tracker.services.check import CheckResult, check_example, coded_from, examples

    found = examples(source.id, _folders(here))
    if not found:
        where = f"{source.id}.examples/YEAR-MM-DD/, named after the document (text.xml)"
        problem = f"There is no example; save a version of its documents beside the declaration in {where}."
        return [CheckResult(source.id, "", problems=(problem,))]
    coded = coded_from(source, here.spider_folders, here.words)
    return [check_example(source, folder, here.words, coded) for folder in found]


def _answers(result: CheckResult) -> list[dict[str, Any]]:
    return [
        {
            "source": result.source,
            "example": result.example,
            "topic": answer.topic,
            "qualifier": dict(answer.qualifier),
            "name": answer.name,
            "display": answer.display,
            "citation": answer.citation,
            "quote": answer.quote,
            "missing": answer.missing,
            "optional": answer.optional,
            "repealed": answer.repealed,
        }
        for answer in result.answers
    ]


def _trouble(here: Workspace) -> int:
    """1 where a declaration cannot be used, after saying so."""
    for problem in here.declarations.problems:
        click.echo(f"tracker: {problem}", err=True)
    return int(bool(here.declarations.problems))


def _folders(here: Workspace) -> tuple[Path, ...]:
    """The folders of declarations that this installation reads, in the order in which they count."""
    from tracker.content import folders

    return (here.settings.own_spiders, *(() if here.settings.only_own_sources else folders("spiders")))


def _own_folder(here: Workspace) -> Path:
    """Where a new declaration goes: TRACKER_SPIDERS, else the checkout's spiders/ when one is in it, else the home."""
    from tracker.content import folders

    *named, ours = folders("spiders")
    if named:
        return named[0]
    return Path("spiders") if Path("spiders").absolute() == ours else here.settings.own_spiders
