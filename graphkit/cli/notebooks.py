"""The command that hands out the notebooks: notebooks."""

from __future__ import annotations

from pathlib import Path

import click

from graphkit.cli.common import main
from graphkit.cli.files import FOLDER
from graphkit.errors import InvalidValue


def find_notebooks() -> Path:
    """Return the folder of the notebooks: inside the installed package, else beside it in the checkout."""
    inside = Path(__file__).parents[1] / "notebooks"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "notebooks"


@main.command()
@click.argument("folder", type=FOLDER, default="graphkit-notebooks")
def notebooks(folder: Path) -> None:
    """Copy the notebooks into FOLDER (graphkit-notebooks); what is there already stays.

    \b
    Examples:
      graphkit notebooks
      graphkit notebooks my-notebooks

    Next: graphkit query, graphkit list
    """
    from graphkit.formats.files import write_file

    if folder.exists() and not folder.is_dir():
        raise InvalidValue(f"{folder}: is a file; give a folder")
    folder.mkdir(parents=True, exist_ok=True)
    done = []  # told at the end: a reader who goes away ends no copying
    for source in sorted(find_notebooks().glob("*.ipynb")):
        target = folder / source.name
        if target.exists() or target.is_symlink():
            done.append(f"{target}: is there already, and stays")
        else:
            write_file(target, source.read_bytes())  # whole or not at all: half of one would stay
            done.append(f"{target}: made")
    click.echo("\n".join(done))
    click.echo(f"Open them with: jupyter lab {folder}   (pip install jupyterlab, beside graphkit, brings it)")
