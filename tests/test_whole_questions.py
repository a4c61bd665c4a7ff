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
#: The engine's own look at the last two steps of a clique takes some 450 MB of these.
SECONDS, MEGABYTES = 10, 600


@pytest.mark.skipif(not sample(0, 1), reason="takes minutes: part of `make soak`")
@pytest.mark.parametrize("kind", sorted(SHAPES))
@settings(
    max_examples=sample(1, 12),
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
    assert len(found) == 8
    slow = {name: said for name, said in found.items() if said[0] >= SECONDS or said[1] >= MEGABYTES}
    assert not slow
