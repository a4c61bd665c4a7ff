"""Whole questions to bases of 5,000 claims of awkward shapes: each answers, or says its bound, in time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.awkward_graphs import SHAPES
from tests.counts import sample

#: Of the processor: on a machine that is busy otherwise the clock says more of its other work.
SECONDS, MEGABYTES = 10, 500
QUESTIONS = 17


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(SHAPES) if sample(0, 1) else ["owners"])
@settings(
    max_examples=sample(1, 2),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(st.integers(0, 9), st.sampled_from([6, 12]))
def test_every_question_to_5000_claims_of_any_shape_is_answered_within_its_bounds(
    tmp_path: Path, kind: str, seed: int, hops: int
) -> None:
    file = tmp_path / f"{kind}-{seed}.kgl"
    for task in (["load"] if not file.exists() else []), ["ask", str(hops)]:
        if not task:
            continue
        done = subprocess.run(
            [sys.executable, "-m", "tests.awkward_graphs", "whole", kind, str(seed), str(file), *task],
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == QUESTIONS
    print(kind, seed, hops, max(said[0] for said in found.values()), max(said[1] for said in found.values()))
    slow = {name: said for name, said in found.items() if said[0] >= SECONDS or said[1] >= MEGABYTES}
    assert not slow
