"""The notebooks run, and are kept small."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from graphkit.engines import open_store
from graphkit.factbase import read_factbase
from graphkit.loading.load import load

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "notebooks").glob("*.ipynb"))


def test_there_are_notebooks() -> None:
    assert len(NOTEBOOKS) >= 4


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_small_and_without_outputs(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        assert len(cell.source.splitlines()) <= 15
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            assert "def " not in cell.source and "lambda" not in cell.source


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nbclient import NotebookClient

    for name in ("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)


@pytest.mark.slow
def test_the_notebook_in_cypher_runs_on_a_server(
    neo4j_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(neo4j_url, readonly=False) as store:
        store.write("MATCH (n) DETACH DELETE n")
        load(store, read_factbase())
    monkeypatch.setenv("NEO4J_URI", neo4j_url)
    test_a_notebook_runs(NOTEBOOKS[3], tmp_path, monkeypatch)
