"""Answers as people read them: counts, lists, reasons, bounds, sums; each in words that say what is so."""

from __future__ import annotations

import click
import msgspec
import pytest

from graphkit.answers.answer import SummarisedAnswer
from graphkit.answers.closings import ClosingRecord, ClosingsAnswer
from graphkit.answers.explanation import format_confidence_sum
from graphkit.answers.matrix import ExposureAnswer
from graphkit.answers.matrix_records import MatrixCell, UnmatchedName
from graphkit.answers.path_answer import PathAnswer
from graphkit.answers.path_records import (
    BreakingClaim,
    ConfidenceSum,
    NearMissRecord,
    NoPath,
    OriginConfidence,
    Passage,
    PathRecord,
    PathStep,
    Reached,
    StepRecord,
    StepSum,
    UnnamedPath,
)
from graphkit.answers.question import BOUND, FiltersRecord, Searched, SearchedPairs, format_filters
from graphkit.answers.records import ClaimRecord, EntityRef, Qualifiers, Scope

A, X, Y = (
    EntityRef("a", "A", "Company", False),
    EntityRef("x", "X", "Chip", False),
    EntityRef("y", "Y", "Chip", False),
)
NVIDIA = EntityRef("nvidia-ai-chips", "Nvidia AI chips", "Chip", True)
SEARCHED = Searched(
    max_hops=6, limit=10, truncated=False, more=False, bounded=False, statuses=(), claims=3, outcome="found"
)


def claim(number: int, **changes: object) -> ClaimRecord:
    plain = ClaimRecord(
        id=f"{number:016}",
        subject="a",
        subject_name="A",
        relation="USES",
        object="x",
        object_name="X",
        status="done",
        confidence="likely",
        document="d",
        document_name="Doc",
        publisher="Doc",
        published="2024",
        published_basis=None,
        url=None,
        archive=None,
        seen=None,
        reliability=None,
        reliability_basis=None,
        locator=str(number),
        attribution=None,
        origin="Doc",
        scope=Scope(chips=(), sites=(), regions=()),
        via=(),
        since=None,
        until=None,
        observed=None,
        due=None,
        start_unknown=True,
        implied=False,
        summary=f"said {number}",
        quote=None,
        qualifiers=Qualifiers(),
        factbase=None,
    )
    return msgspec.structs.replace(plain, **changes)


def whole(told: SummarisedAnswer) -> str:
    """Return the text of an answer with all of its evidence, as `-v` prints it."""
    return click.unstyle(told.full_text())


def step(
    *claims: ClaimRecord, status: str = "done", confidence: float = 0.5, denied_by: tuple[ClaimRecord, ...] = ()
) -> StepRecord:
    return StepRecord(
        subject=A,
        relation="USES",
        object=X,
        status=status,
        implied=False,
        confidence=confidence,
        marks=(),
        claims=claims,
        denied_by=denied_by,
        held=None,
        finding=None,
        counted=tuple(claim.id for claim in claims if claim.status == status),
        disputed_by=tuple(claim.id for claim in denied_by),
    )


def path(
    *steps: StepRecord, passage: Passage | None = None, confidence: float = 0.5, total: ConfidenceSum | None = None
) -> PathRecord:
    return PathRecord(
        steps=steps,
        status="done",
        evidence="stated" if passage else "composed",
        stated=passage is not None,
        holding=False,
        sum=total or ConfidenceSum(origin="Doc", steps=()),
        passage=passage,
        confidence=confidence,
        weakest=0,
        marks=(),
        documents=("d",),
        corroborated_by=(),
        places=(),
        route=None,
        route_name=None,
        day=None,
        findings=(),
        verdict=None,
    )


def answer(**changes: object) -> PathAnswer:
    plain = PathAnswer(
        version=2,
        buyer=A,
        chip=X,
        as_of="2020",
        known_by=None,
        filters=FiltersRecord(on="2020"),
        notes=(),
        paths=(),
        unnamed=(),
        searched=SEARCHED,
        undated=(),
        model_calls=(),
        compliance=(),
        negative=None,
        near_misses=(),
    )
    return msgspec.structs.replace(plain, **changes)


def test_filters_are_told_in_a_fixed_order_and_none_is_told_too() -> None:
    filters = FiltersRecord(status=("alleged", "done"), min_confidence=0.75, without=("a\x1b", "b"))
    assert format_filters(filters) == "filters: status done, alleged; without a\\u001b, b; min confidence 0.75"
    assert format_filters(FiltersRecord()) == "filters: none"
    assert format_filters(FiltersRecord(), SEARCHED) == "filters: max hops 6; limit 10"
    assert format_filters(FiltersRecord(), SearchedPairs(max_hops=3, truncated=False)) == "filters: max hops 3"


def test_every_undated_claim_is_listed_with_its_note() -> None:
    shown = whole(answer(undated=tuple(claim(n, qualifiers=Qualifiers(note=f"note {n}")) for n in range(14))))
    assert shown.count("A uses X, done") == 14
    assert all(f"note: note {number}" in shown for number in range(14))


def test_one_of_a_thing_is_told_in_the_singular() -> None:
    twice = whole(answer(paths=(path(step(claim(1), claim(2))),)))
    assert "A → X: 1 path" in twice and "2 claims of 1 origin: Doc" in twice
    negative = NoPath(outcome="not found", bound=None, reached=(), unnamed=(), holders=(), near_misses=())
    nothing = whole(answer(negative=negative, searched=msgspec.structs.replace(SEARCHED, claims=1, max_hops=1)))
    assert "searched: 1 claim within 1 hop" in nothing


def test_a_claim_says_all_that_qualifies_it() -> None:
    full = claim(
        1,
        url="https://example.org/a",
        archive="https://kept.example/a",
        seen="2025-01-02",
        reliability="B",
        attribution="a source",
        origin="The Daily",
        implied=True,
        since="2024",
        observed="2024-05",
        via=("V",),
        scope=Scope(chips=("X",), sites=("S",), regions=("R",)),
        qualifiers=Qualifiers(
            quantity="~5",
            unit="chips",
            licence="granted",
            licence_by="China",
            part="HBM3",
            event="one-lease",
            stage="charged",
            against="officers",
            delivery="seized",
            note="not charged",
        ),
    )
    denial = claim(2, status="negated", qualifiers=Qualifiers(note="declined to comment"))
    shown = " ".join(whole(answer(paths=(path(step(full, denied_by=(denial,))),))).split())
    for words in (
        *("note: not charged", "reliability B", "origin The Daily", "; implied;", "since 2024; observed 2024-05"),
        *("limited to X, S, R; via V", "~5 chips", "charged, against officers", "delivery seized"),
        *("licence granted by China", "part HBM3", "event one-lease"),
        *("https://example.org/a (seen 2025-01-02); kept copy https://kept.example/a", f"{1:016}"),
        *("- to the contrary: said 2", "note: declined to comment"),
    ):
        assert words in shown, words


def test_a_chip_that_is_not_named_is_told_apart() -> None:
    fields = {name: getattr(path(step(claim(1))), name) for name in PathRecord.__struct_fields__}
    shown = whole(answer(unnamed=(UnnamedPath(**fields, chip_class=NVIDIA),)))
    assert "A → X: no path" in shown
    assert "chip not named: may or may not include the X" in shown
    assert "the confidence is that of having some of Nvidia AI chips" in shown


def near_miss(*numbers: int) -> NearMissRecord:
    return NearMissRecord(
        steps=(PathStep(subject=A, relation="USES", object=X),) * 2,
        broken_by=tuple(BreakingClaim(reason="undated", claim=claim(number)) for number in numbers),
        reasons=("undated",) * len(numbers),
        denied_by=(),
        chip_class=None,
    )


def test_a_reason_that_repeats_is_told_once() -> None:
    negative = NoPath(
        outcome="not found", bound=None, reached=(), unnamed=(), holders=(), near_misses=(near_miss(1, 2),)
    )
    shown = whole(answer(negative=negative))
    assert "A → X → X: undated\n" in shown
    assert "undated, undated" not in shown
    assert "- undated: said 1" in shown and "- undated: said 2" in shown


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("not found", "was searched"),
        ("bound hit", "further on than --max-hops: raise it, so this is no proof"),
        ("unnamed party", "no document names: U"),
    ],
)
def test_the_three_negatives_read_differently(outcome: str, said: str) -> None:
    negative = NoPath(
        outcome=outcome,  # type: ignore[arg-type]
        bound="hops" if outcome == "bound hit" else None,
        reached=tuple(Reached(f"r{number}", f"R{number}", "Company", False, 1) for number in range(13)),
        unnamed=(EntityRef("u", "U", "Company", True),),
        holders=(),
        near_misses=(),
    )
    shown = whole(answer(negative=negative))
    assert f"{outcome}: " in shown and said in shown
    assert "R9 (1 hop) and 3 more" in shown
    assert "said to have or to get X: nobody" in shown


def summed(confidence: float, **origins: float) -> StepSum:
    of = tuple(OriginConfidence(origin=who, confidence=p) for who, p in origins.items())
    return StepSum(origins=of, confidence=confidence, confidence_of_origin=None)


def test_the_sum_of_a_path_of_several_origins_names_each_once() -> None:
    first = summed(0.9375, Daily=0.75, B=0.75)
    second = summed(0.5, Doc=0.5)
    total = ConfidenceSum(origin=None, steps=(first, second))
    assert format_confidence_sum(path(step(), step(), confidence=0.46875, total=total))[1:] == [
        "  step 1: Daily 0.75, B 0.75: 1 - (1 - 0.75) × (1 - 0.75) = 0.9375",
        "  step 2: Doc 0.50: 1 - (1 - 0.50) = 0.5",
        "  path: 0.9375 × 0.5 = 0.4688",
    ]


def test_the_sum_of_a_path_of_one_origin_is_its_least_sure_step() -> None:
    steps = tuple(msgspec.structs.replace(summed(p, Daily=p), confidence_of_origin=p) for p in (0.75, 0.5))
    lines = format_confidence_sum(path(step(), step(), total=ConfidenceSum(origin="Daily", steps=steps)))
    assert lines[0].endswith("the least sure step of Daily")
    assert lines[1:] == ["  min(0.75, 0.50) = 0.5"]


def exposure(*cells: MatrixCell, **changes: object) -> ExposureAnswer:
    plain = ExposureAnswer(
        version=2,
        buyers=(A,),
        chips=(X, Y),
        as_of=None,
        known_by=None,
        filters=FiltersRecord(),
        cells=cells,
        unnamed=(),
        compliance=(),
        searched=SearchedPairs(max_hops=6, truncated=True),
        matched=(),
        unmatched=(),
        lists=(),
        notes=(),
    )
    return msgspec.structs.replace(plain, **changes)


def cell(chip: EntityRef, found: PathRecord | None = None, *misses: NearMissRecord) -> MatrixCell:
    return MatrixCell(
        buyer=A,
        chip=chip,
        status=found.status if found else None,
        confidence=found.confidence if found else None,
        hops=len(found.steps) if found else None,
        evidence=found.evidence if found else None,
        stated=found.stated if found else None,
        marks=(),
        route=tuple(one.name for one in found.entities) if found else (),
        outcome="found" if found else "not found",
        near_misses=misses,
        path=found,
    )


def test_near_misses_of_a_matrix_name_each_buyer_once() -> None:
    unmatched = UnmatchedName(name="Z\x1b", near=(), why="no buyer is called 'Z'")
    shown = whole(exposure(cell(X, None, near_miss(1)), cell(Y, None, near_miss(1)), unmatched=(unmatched,)))
    assert "no path: A\n" in shown
    assert "near misses: A → X, Y (undated)" in shown and shown.count("said 1") == 1
    assert "not matched: Z\\u001b: no buyer is called 'Z'" in shown
    assert BOUND[:30] in shown


def test_a_matrix_has_a_sign_a_cell_and_each_route_once() -> None:
    one = path(step(claim(1, qualifiers=Qualifiers(note="not charged"))))
    shown = whole(exposure(cell(X, one), cell(Y, one)))
    assert "   X    Y\nA  ● 1  ● 1\n" in shown
    assert "● done; · no path found; the number is that of the route below" in shown
    assert shown.count("  1. A → X") == 1 and "  2. " not in shown
    assert shown.count("note: not charged") == 1


def test_a_matrix_wider_than_the_terminal_is_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    chips = [EntityRef(f"c{number}", f"Chip number {number}", "Chip", False) for number in range(12)]
    one = path(step(claim(1)))
    shown = whole(exposure(*(cell(chip, one) for chip in chips), chips=tuple(chips)))
    assert max(map(len, shown.splitlines())) <= 60
    assert all(chip.name in shown for chip in chips) and shown.count("● 1") == 12


def test_a_limit_and_a_bound_are_both_said() -> None:
    for more, bounded in ((True, True), (True, False), (False, True), (False, False)):
        searched = msgspec.structs.replace(SEARCHED, truncated=more or bounded, more=more, bounded=bounded)
        shown = whole(answer(paths=(path(step(claim(1))),), searched=searched))
        assert ("raise --limit" in shown, "raise --max-slice" in shown) == (more, bounded)


def test_where_no_set_was_found_that_closes_every_path_no_number_is_given() -> None:
    empty = ClosingRecord(size=None, sets=(), ids=(), exact=False, more=False, obstacle=None)
    found = ClosingsAnswer(
        version=2,
        buyer=A,
        chip=X,
        filters=FiltersRecord(),
        notes=(),
        searched=SEARCHED,
        on="2024",
        path_count=1,
        steps=empty,
        intermediaries=empty,
        rules=msgspec.structs.replace(empty, exact=True),
        paths=(),
        unnamed=(),
        negative=None,
        near_misses=(),
        compliance=(),
    )
    shown = whole(found)
    assert "None" not in shown
    assert shown.endswith("intermediaries: none found, a bound was hit\n\nrules: none found")
