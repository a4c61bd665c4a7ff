"""Whole questions to bases of 5,000 claims of awkward shapes: each answers, or says its bound, in time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphkit.answers.answer import Answer
from graphkit.explorer import Explorer
from tests.awkward_graphs import SHAPES
from tests.counts import choose, sample

#: Of the usual processor: on a machine that is busy otherwise the clock says more of its other work.
SECONDS, MEGABYTES = 10, 500
QUESTIONS = 24
#: Claims of a shape: in `make test` few, and one shape, whose searches end at their bounds all the same.
CLAIMS = sample(150, 5_000)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(SHAPES) if sample(0, 1) else ["owners"])
@settings(
    max_examples=sample(1, 2),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
    phases=[Phase.generate],  # a base of another seed is no smaller one
)
@given(st.integers(0, 9), st.sampled_from([6, 12]))
def test_every_question_to_5000_claims_of_any_shape_is_answered_within_its_bounds(
    tmp_path: Path, kind: str, seed: int, hops: int
) -> None:
    file = tmp_path / f"{kind}-{seed}.kgl"
    for task in (["load"] if not file.exists() else []), ["ask", str(hops)]:
        if not task:
            continue
        # seconds of the clock only end what hangs
        done = subprocess.run(
            [sys.executable, "-m", "tests.awkward_graphs", "whole", kind, str(seed), str(CLAIMS), str(file), *task],
            capture_output=True,
            text=True,
            timeout=3_000,
        )
        assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == QUESTIONS
    print(kind, seed, hops, max(said[0] for said in found.values()), max(said[1] for said in found.values()))
    slow = {name: said for name, said in found.items() if said[0] >= SECONDS or said[1] >= MEGABYTES}
    assert not slow


QUESTIONS_TO_THE_SHIPPED_BASE: dict[str, Callable[[Explorer, Path], Answer]] = {
    "path": lambda explorer, _: explorer.paths("hq:CN", "controlled", limit=100),
    "exposure": lambda explorer, _: explorer.exposure("hq:CN", "controlled"),
    "screen": lambda explorer, names: explorer.screen(names),
    "close": lambda explorer, _: explorer.closings("ByteDance", "H100"),
    "whatif": lambda explorer, _: explorer.whatif("hq:CN", "controlled", enact=["BILL-119-HR2683"]),
}


@pytest.mark.parametrize("question", choose(sorted(QUESTIONS_TO_THE_SHIPPED_BASE), 2))
def test_no_answer_on_the_shipped_base_depends_on_the_speed_of_the_machine(
    question: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, clock = tmp_path / "customers.csv", time.thread_time
    with Explorer.open() as explorer:
        companies = [one.name for one in explorer.store.reader.list_entities() if one.kind == "Company"]
        names.write_text("\n".join(["name", *(f'"{name}"' for name in companies)]), encoding="utf-8")
        monkeypatch.setattr(time, "thread_time", lambda: 3 * clock())
        said = QUESTIONS_TO_THE_SHIPPED_BASE[question](explorer, names)
    plain = said.to_dict()
    searched = plain["searched"]
    assert isinstance(searched, dict) and not searched.get("bounded", searched["truncated"])
    data = json.dumps(plain)
    assert "bound hit" not in data and '"exact": false' not in data


@pytest.mark.parametrize("pair", choose(["hq:CN A100", "hq:CN A100,H100", "hq:CN controlled"], 1))
def test_a_page_has_all_its_days_on_a_slow_machine(pair: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from graphkit.answers.exposure_periods import find_matrix_periods

    clock = time.thread_time
    with Explorer.open() as explorer:
        monkeypatch.setattr(time, "thread_time", lambda: 3 * clock())
        periods = find_matrix_periods(explorer, *([one] for one in pair.split()), explorer.filters())
    assert periods and all(one.answers for one in periods.moved.values())


def test_what_else_a_machine_does_takes_nothing_from_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    from graphkit.paths import Budget, Effort

    effort, hours = Effort(seconds=1.0), iter(range(0, 10**9, 3_600))
    monkeypatch.setattr(time, "monotonic", lambda: next(hours))
    assert all(effort.spend() for _ in range(2_000)) and effort.bound is None
    budget = Budget(seconds=1.0, shares=1_000)
    for _ in range(999):  # quick ones take nothing from those after them
        assert budget.share().spend(100)
    assert budget.share().seconds == 1.0
