"""Review: every key in a real browser, decisions that outlive the process, and a page that nobody else can use."""

from __future__ import annotations

import csv
import http.client
import io
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graphkit.errors import InvalidValue
from graphkit.factbase import read_factbase
from graphkit.reading.case import Case, init_case
from graphkit.reading.evaluation import list_gold_entities, read_gold
from graphkit.reading.ingest import ingest_files
from graphkit.reading.queue import Queue
from graphkit.reading.review import Server
from graphkit.reading.session import Session
from tests.command_line import ask, run
from tests.counts import sample
from tests.reading_sample import ARTICLE, copy_case, open_session, read_article

ARTICLES = Path(__file__).parent / "articles"
FRENCH = (
    "Une faille bien commode\n\n"
    "Selon Le Registre, ByteDance loue depuis peu des serveurs installés aux États-Unis avec des puces H100 "
    "via Oracle. "
    "Le groupe prévoit d'acheter des puces H200 en 2027. "
    "L'opérateur malaisien Quantia Grid loue des puces H20 à Tencent. "
    "Huawei et Alibaba ont parlé de serveurs.\n"
)


class Client:
    """A client of the page's server, as strict or as careless as a test needs."""

    def __init__(self, server: Server) -> None:
        self.server, self.cookie = server, ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        sent = {"Host": self.server.host, "Origin": f"http://{self.server.host}", "Content-Type": "application/json"}
        sent |= {"Cookie": self.cookie} if self.cookie else {}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        given = None if body is None else json.dumps(body)
        # a server that dies in the middle leaves no socket open here
        with closing(
            http.client.HTTPConnection("127.0.0.1", self.server.server_address[1], timeout=10)
        ) as connection:
            connection.request(method, path, given, {k: v for k, v in sent.items() if v})
            with closing(connection.getresponse()) as response:
                data = response.read()
                if cookie := response.getheader("Set-Cookie"):
                    self.cookie = cookie.partition(";")[0]
                self.headers = dict(response.getheaders())
        return response.status, json.loads(data) if data[:1] == b"{" else data

    def open(self) -> int:
        return self.ask("GET", f"/open?token={self.server.token}")[0]

    def decide(self, key: str, action: str, **given: object) -> tuple[int, Any]:
        return self.ask("POST", "/decide", {"key": key, "action": action, **given})


@pytest.fixture
def case(read_once: Path, tmp_path: Path) -> Path:
    return copy_case(read_once, tmp_path)


@pytest.fixture
def server(case: Path) -> Iterator[Server]:
    yield from started(case)


def started(case: Path, language: str = "en") -> Iterator[Server]:
    found = Server(open_session(case), language=language)
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


@pytest.fixture(scope="module")
def opened(read_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Client]]:
    """A case and a client that has opened its page, for requests that change nothing."""
    case = copy_case(read_once, tmp_path_factory.mktemp("opened"))
    for server in started(case):
        client = Client(server)
        client.open()
        yield case, client


def files(case: Path) -> dict[str, bytes]:
    return {str(p.relative_to(case)): p.read_bytes() for p in sorted(case.rglob("*")) if p.is_file()}


# The server -----------------------------------------------------------------------------------


def test_the_address_opens_once(server: Server) -> None:
    first, second = Client(server), Client(server)
    assert first.ask("GET", "/")[0] == 403
    assert first.open() == 303 and first.ask("GET", "/")[0] == 200
    assert second.open() == 403 and second.ask("GET", "/state")[0] == 403
    assert first.ask("GET", "/state")[1]["card"]


def test_the_page_runs_nothing_but_its_own_script(server: Server) -> None:
    client = Client(server)
    client.open()
    status, page = client.ask("GET", "/")
    policy = client.headers["Content-Security-Policy"]
    assert status == 200 and b"<script>" in page
    assert "default-src 'none'" in policy and "unsafe" not in policy and "trusted-types 'none'" in policy
    assert "connect-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert (client.headers["Cache-Control"], client.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": ""},
        {"Cookie": "graphkit_review_1=x"},
        {"Host": "attacker.example"},
        {"Host": "localhost"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Content-Type": "text/plain"},
    ],
)
def test_a_request_from_elsewhere_changes_nothing(opened: tuple[Path, Client], headers: dict[str, str]) -> None:
    case, client = opened
    key = client.ask("GET", "/state")[1]["card"]["key"]
    before = files(case)
    sent = {name.replace("-", "_"): value for name, value in headers.items()}
    other = Client(client.server)
    other.cookie = headers.get("Cookie", client.cookie)
    status, _ = other.ask("POST", "/decide", {"key": key, "action": "accept"}, **sent)
    assert status in (403, 404) and files(case) == before


@pytest.mark.parametrize(
    "body", ["", "[]", "{", "null", '{"action": 3}', '{"action":"pick","key":"x","picks":7}', "[" * 90_000]
)
def test_a_request_that_makes_no_sense_changes_nothing(opened: tuple[Path, Client], body: str) -> None:
    case, client = opened
    server, before = client.server, files(case)
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    headers = {"Cookie": client.cookie, "Origin": f"http://{server.host}", "Content-Type": "application/json"}
    connection.request("POST", "/decide", body, headers)
    assert connection.getresponse().status in (400, 422)
    connection.close()
    assert files(case) == before and client.ask("GET", "/state")[0] == 200


# Decisions ------------------------------------------------------------------------------------


def test_what_is_accepted_passes_the_check_at_every_step_and_undo_takes_all_back(case: Path) -> None:
    read_article(case, f"{ARTICLE}\nDell sells H100 chips to Meta, and it is so.\n")
    session = open_session(case)
    before = (files(case)["candidates/article.csv"], read_factbase(case).claims)
    steps = 0
    while (card := session.state()["card"]) is not None:
        session.decide(card["key"], "accept" if card["type"] == "claim" else "reject", {})
        read_factbase(case)
        steps += 1
    assert steps > 5 and len(read_factbase(case).claims) > 5
    again = open_session(case)
    for _ in range(steps):
        again.decide("", "undo", {})
        read_factbase(case)
    assert (files(case)["candidates/article.csv"], read_factbase(case).claims) == before
    with pytest.raises(InvalidValue, match="nothing is left to undo"):
        again.decide("", "undo", {})


def claim_card(session: Any, relation: str) -> tuple[str, dict[str, Any]]:
    """Put off cards until one with a relation comes; return its key and the claim."""
    for _ in range(60):
        card = session.state()["card"]
        for claim in card.get("claims", ()):
            if claim["relation"] == relation:
                return card["key"], claim
        session.decide(card["key"], "skip", {})
    raise AssertionError(relation)


def test_an_edit_keeps_what_was_proposed(case: Path) -> None:
    session = open_session(case)
    key, card = claim_card(session, "BUYS_FROM")
    given = {"status": "alleged", "since": "2025", "scope": "H200; Japan", "attribution": "The\x00 Wi\u202ere"}
    session.decide(key, "edit", {"row": card["key"], **given})
    row = Queue.load(case, "article").find(card["key"])
    assert row is not None and row.decision == "edit"
    assert json.loads(row.cells["proposed"])["status"] == card["status"]
    claim = next(one for one in read_factbase(case).claims if one.relation == "BUYS_FROM")
    assert (claim.status, claim.since, claim.chips, claim.regions, claim.attribution) == (
        "alleged",
        "2025",
        ("h200",),
        ("japan",),
        "The Wire",
    )
    assert (
        claim.summary == "Alleged: Velmora Systems buys from Dell, limited to H200, in Japan."
        or claim.summary.startswith("Alleged: ")
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "reported"}, "unknown status"),
        ({"relation": "DESIGNS"}, "does not go from"),
        ({"since": "01/02/2024"}, "is not a date"),
        ({"subject": "Nobody Ltd"}, "no name 'Nobody Ltd' is known"),
        ({"scope": "Oracle"}, "a scope names chips"),
        ({}, "nothing was changed"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused_and_changes_nothing(
    case: Path, given: dict[str, str], said: str
) -> None:
    session = open_session(case)
    key, claim = claim_card(session, "LEASES_FROM")
    before = files(case)
    with pytest.raises(InvalidValue, match=said.replace("(", r"\(")):
        session.decide(key, "edit", {"row": claim["key"], **given})
    assert files(case) == before


def test_a_wrong_name_and_a_wrong_direction_are_mended(case: Path) -> None:
    session = open_session(case)
    key, card = claim_card(session, "LEASES_FROM")
    session.decide(key, "edit", {"row": card["key"], "subject": "Tencent", "turn": True})
    (claim,) = [one for one in read_factbase(case).claims if one.relation == "LEASES_FROM"]
    assert (claim.subject, claim.object) == ("oracle", "tencent")


def test_a_sentence_gives_the_relations_that_were_picked(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case, "A title\n\nOracle, said people at Tencent, would use the same halls of the city.\n")
    session = open_session(case)
    card = session.state()["card"]
    while card["type"] != "sentence":
        session.decide(card["key"], "reject", {})
        card = session.state()["card"]
    (pair,) = card["pairs"]
    assert ["LEASES_FROM", True, "Tencent rents computing from Oracle"] in pair["options"]
    session.decide(card["key"], "accept", {"picks": [[pair["key"], pair["place"], "LEASES_FROM", True]]})
    (claim,) = read_factbase(case).claims
    assert (claim.subject, claim.relation, claim.object) == ("tencent", "LEASES_FROM", "oracle")
    session.decide("", "undo", {})
    assert read_factbase(case).claims == () and session.state()["card"]["key"] == card["key"]


def test_what_would_be_a_form_of_itself_is_refused(tmp_path: Path) -> None:
    case = tmp_path / "case"
    lines = [f"What the deals had in view was the {chips} of the autumn."
             for chips in ("H200 and the H20", "H20 and the H100", "H100 and the H200")]  # fmt: skip
    read_article(case, "A title\n\n" + "\n\n".join(lines) + "\n")
    session = open_session(case)

    def pick(turned: tuple[bool, ...]) -> None:
        card = session.state()["card"]
        pair = next(one for one in card["pairs"] if any(option[0] == "FORM_OF" for option in one["options"]))
        picks = [[pair["key"], pair["place"], "FORM_OF", turn] for turn in turned]
        session.decide(card["key"], "accept", {"picks": picks})

    with pytest.raises(InvalidValue, match="in a circle: h20 > h200 > h20; leave one of them out"):
        pick((False, True))
    pick((False,))
    pick((False,))
    before = files(case)
    with pytest.raises(InvalidValue, match="in a circle: h100 > h200 > h20 > h100"):
        pick((False,))
    assert files(case) == before and "no fault" in run("check", case).output
    # the same in the file: a claim written by hand counts too
    session.decide("", "undo", {})
    claims = case / "claims" / "article.csv"
    row = next(csv.DictReader(io.StringIO(claims.read_text("utf-8"))))
    by_hand = {**row, "subject": "h20", "object": "h200", "summary": "By hand.", "status": "done"}
    path = case / "candidates" / "article.csv"
    session.decide("", "undo", {})
    claims.write_text(",".join(row) + "\n" + ",".join(by_hand.values()) + "\n", "utf-8")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    rows[0] |= {"decision": "accept", "subject": "h200", "object": "h20", "relation": "FORM_OF", "status": "done",
                "confidence": "likely", "summary": "H200 is a form of H20."}  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")
    result = run("review", case, "--file-only", code=2)
    assert "article.csv:2: the claims run in a circle: h200 > h20 > h200" in result.output
    assert "reject one of them" in result.output and "no fault" in run("check", case).output


PASSAGE = (
    "A title\n\nTencent, a partner of Huawei, buys H20 chips from Dell. Alibaba rents H100 chips from Oracle.\n\n"
    "Oracle, said people at Tencent, would use the same halls of the city.\n"
)


def test_a_card_asks_for_a_passage_and_takes_what_is_not_left_out(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case, PASSAGE)
    session = open_session(case)
    state = session.state()
    card, claims = state["card"], state["card"]["claims"]
    assert card["sentences"] == ["1", "2"] and card["quote"] in PASSAGE
    assert [(one["subject"], one["relation"]) for one in claims] == [
        ("Tencent", "BUYS_FROM"),
        ("Alibaba", "LEASES_FROM"),
    ]
    pair = next(one for one in card["pairs"] if one["ends"] == ["Tencent", "Huawei"])
    picks = [[pair["key"], pair["place"], "COMPETES_WITH", True]]
    session.decide(card["key"], "accept", {"off": [claims[0]["key"]], "picks": picks})
    written = {(one.subject, one.relation, one.object) for one in read_factbase(case).claims}
    assert written == {("alibaba", "LEASES_FROM", "oracle"), ("huawei", "COMPETES_WITH", "tencent")}
    decided = {row.key: row.decision for row in Queue.load(case, "article").rows}
    assert [decided[one["key"]] for one in claims] == ["reject", "accept"]
    session.decide("", "undo", {})  # card by card
    assert read_factbase(case).claims == () and session.state() == state


def test_a_card_that_has_changed_since_it_was_shown_decides_nothing(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case, PASSAGE)
    session = open_session(case)
    card = session.state()["card"]
    session.decide(card["key"], "edit", {"row": card["claims"][1]["key"], "status": "alleged"})
    left = session.state()["card"]
    assert [one["key"] for one in left["claims"]] == [card["claims"][0]["key"]]
    before = files(case)
    with pytest.raises(InvalidValue, match="no longer there"):
        session.decide(card["key"], "accept", {})
    for given in ({"off": ["x"]}, {"picks": [["x", 0, "OWNS", False]]}, {"row": "x", "status": "done"}):
        with pytest.raises(InvalidValue, match="none of the card"):
            session.decide(left["key"], "edit" if "row" in given else "accept", given)
    assert files(case) == before


def test_sentences_beyond_the_cards_of_an_article_are_asked_on_request(tmp_path: Path) -> None:
    case = tmp_path / "case"
    lines = [f"Oracle, said people at Tencent, would use the same halls in city {n} of it." for n in range(60)]
    read_article(case, "A title\n\n" + "\n\n".join(lines) + "\n")
    session = open_session(case)
    state = session.state()
    assert (state["counts"]["claims"], state["more"]) == (45, 15)
    assert "and 15 sentences on request" in session.say_state()
    session.decide("", "more", {})
    state = session.state()
    assert (state["counts"]["claims"], state["more"]) == (60, 0)


def test_an_article_of_5000_characters_never_asks_more_than_45_cards(tmp_path: Path) -> None:
    buyers = ("Dell", "Tencent", "Oracle", "Alibaba")
    digests = {
        "short": [f"{buyers[n % 4]} bought {n} H100s from AMD." for n in range(1, 150)],
        "mixed": [f"{buyers[n % 4]} and {'AMD rent it' if n % 3 else 'Huawei buy H20s'} in {n}." for n in range(200)],
        "few": [f"Huawei bought {n} H100 chips from Dell." for n in range(1, 45)],
    }
    for name, lines in digests.items():
        text = "\n\n".join(lines)[:5_000]
        case = tmp_path / name
        read_article(case, text)
        session = open_session(case)
        cards, state = session.cards("article"), session.state()
        asked = [row for card in cards for row in card.rows]
        rows = session.queues["article"].open
        later = [row for row in rows if row.cells["on_request"] == "yes"]
        assert len(cards) <= 45 and len(asked) + len(later) == len(rows), name
        assert state["more"] == len({row.cells["quote"] for row in later})
        assert bool(later) == (name != "few")
        # what waits says no more than what is asked
        assert not later or min(len(card.claims) for card in cards) >= max(row.cells["tier"] != "C" for row in later)
        table = csv.DictReader(io.StringIO((case / "candidates" / "article.csv").read_text("utf-8")))
        assert sum(row["on_request"] == "yes" for row in table) == len(later)
        session.decide("", "more", {})
        assert sorted(row.key for card in session.cards("article") for row in card.rows) == sorted(
            row.key for row in rows
        )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_dense_article_of_5000_characters_asks_45_cards_and_hides_no_claim(language: str, tmp_path: Path) -> None:
    case = tmp_path / "case"
    init_case(case)
    known = list(read_factbase().entities)
    gold = [read_gold(ARTICLES / f"{name}.jsonl") for name in ("tuned", "untuned")]
    names = [*known, *(one for those in gold for one in list_gold_entities(those, known))]
    texts = [file.read_text() for file in sorted(ARTICLES.glob(f"*/{language}-*.txt"))]
    (tmp_path / "article.txt").write_text("\n\n".join(texts)[:5_000])
    list(ingest_files(Case(case, names), [tmp_path / "article.txt"], {}))
    session = Session(Case(case, names))
    cards = session.cards("article")
    rows = [row.key for card in cards for row in card.rows]
    print(f"{len(cards)} cards, {sum(len(card.claims) for card in cards)} claims")
    assert len(cards) <= 45 and max(len(card.claims) for card in cards) <= 9
    assert sorted(rows) == sorted(row.key for row in session.queues["article"].open)


def test_only_tier_a_is_accepted_in_bulk(tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case, f"{ARTICLE}\nThe Chinese group Tencent said so.\n")
    session = open_session(case)
    keys = {row.key: row.cells["tier"] for row in Queue.load(case, "article").rows if not row.cells["needs"]}
    other = next(key for key, tier in keys.items() if tier == "B")
    with pytest.raises(InvalidValue, match="tier A"):
        session.decide("", "bulk", {"keys": [other]})
    state = session.state()
    while state["card"]["type"] == "name":
        session.decide(state["card"]["key"], "reject", {})
        state = session.state()
    shown = [one["key"] for one in state["bulk"]]
    assert shown and set(shown) == {key for key, tier in keys.items() if tier == "A"}
    session.decide("", "bulk", {"keys": shown})
    assert all(Queue.load(case, "article").find(key).decision == "accept" for key in shown)  # type: ignore[union-attr]
    session.decide("", "undo", {})
    assert session.state()["bulk"] == state["bulk"]


def test_an_accepted_name_is_read_in_the_relations_at_once(case: Path) -> None:
    session = open_session(case)
    card = session.state()["card"]
    assert (card["type"], card["name"]) == ("name", "Velmora Systems")
    session.decide(card["key"], "accept", {"kind": "Company"})
    assert any(row.cells["subject"] == "velmora-systems" for row in Queue.load(case, "article").rows)
    session.decide("", "undo", {})
    assert not any(row.cells["subject"] == "velmora-systems" for row in Queue.load(case, "article").rows)
    assert session.state()["card"]["name"] == "Velmora Systems"


def test_an_article_asks_for_fifteen_names_at_most(tmp_path: Path) -> None:
    case = tmp_path / "case"
    makers = " ".join(f"The Malaysian operator Quantia{chr(65 + n)} Grid bought H100 chips." for n in range(20))
    read_article(case, f"A title\n\n{makers}\n")
    session, asked = open_session(case), 0
    while (card := session.state()["card"]) and card["type"] == "name":
        session.decide(card["key"], "accept" if asked % 2 else "reject", {"kind": "Company"})
        asked += 1
    assert asked == 15
    session.decide("", "undo", {})
    assert session.state()["card"]["type"] == "name"


def test_a_name_may_be_another_name_of_a_known_one(case: Path) -> None:
    session = open_session(case)
    session.decide(session.state()["card"]["key"], "alias", {"of": "Supermicro"})
    entity = next(one for one in read_factbase(case).entities if one.id == "supermicro")
    assert "Velmora Systems" in entity.aliases
    assert any(row.cells["subject"] == "supermicro" for row in Queue.load(case, "article").rows)


def test_a_card_shows_what_it_repeats_and_what_it_contradicts(tmp_path: Path) -> None:
    case = tmp_path / "case"
    lines = ["A title", "Tencent uses H20 chips and it is so.", "It is said that Tencent does not use H20 chips."]
    read_article(case, "\n\n".join([*lines, "Tencent uses the H20."]) + "\n")
    session = open_session(case)
    session.decide(claim_card(session, "USES")[0], "accept", {})
    key, claim = claim_card(session, "USES")
    assert claim["contradicts"] == ["Tencent uses H20."] and claim["status"] == "negated"
    session.decide(key, "reject", {})
    assert claim_card(session, "USES")[1]["repeats"] == ["Tencent uses H20."]


def is_one_card(case: Path, keys: list[str]) -> bool:
    cards = [card for card in open_session(case).cards("article") if set(keys) & {row.key for row in card.rows}]
    return len(cards) == 1


SERVE = """
import sys
from pathlib import Path
from graphkit.reading.review import Server
from tests.reading_sample import open_session
server = Server(open_session(Path(sys.argv[1])))
print(server.server_address[1], server.token, flush=True)
server.serve_forever(poll_interval=0.02)
"""


@pytest.mark.slow
def test_no_decision_that_was_shown_as_taken_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    case, rng = tmp_path / "case", random.Random(16)
    read_article(case)
    taken: dict[str, str] = {}
    for _ in range(sample(4, 20)):
        child = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(case)], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
        )
        assert child.stdout is not None
        port, token = child.stdout.readline().split()

        class Address:
            server_address, host = ("127.0.0.1", int(port)), f"127.0.0.1:{port}"

        Address.token = token  # type: ignore[attr-defined]
        client = Client(Address)  # type: ignore[arg-type]
        client.open()
        killer = threading.Timer(rng.uniform(0.01, 0.35), child.send_signal, (signal.SIGKILL,))
        killer.start()
        undoing = False
        try:
            while True:
                card = client.ask("GET", "/state")[1]["card"]
                if card is None or rng.random() < 0.2:
                    undoing = True
                    status, _ = client.decide("", "undo")
                    undoing = False
                    if status == 200:
                        for key, decision in list(taken.items()):
                            row = Queue.load(case, "article").find(key)
                            if row is None or row.decision != decision:
                                del taken[key]
                    continue
                action = "accept" if card["type"] == "claim" else "reject"
                if client.decide(card["key"], action)[0] == 200:
                    taken |= {claim["key"]: action for claim in card.get("claims", ())}
        except (OSError, http.client.HTTPException):
            pass
        killer.join()
        child.wait()
        child.stdout.close()
        read_factbase(case)
        queue = Queue.load(case, "article")
        lost = [key for key, action in taken.items() if (row := queue.find(key)) is None or row.decision != action]
        # an undo without an answer may have been taken: then it took back one card, and no more
        assert not lost or (undoing and is_one_card(case, lost)), lost
        written = {(c.subject, c.relation, c.object) for c in read_factbase(case).claims}
        for row in queue.accepted:
            assert (row.cells["subject"], row.cells["relation"], row.cells["object"]) in written
        taken = {row.key: row.decision for row in queue.rows if row.decision == "accept"}


# One at a time --------------------------------------------------------------------------------


def test_a_second_review_is_refused_and_loses_nothing(case: Path) -> None:
    command = [sys.executable, "-m", "graphkit", "review", str(case), "--no-browser"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    assert child.stdout is not None
    assert child.stdout.readline().startswith("review: ")
    before = files(case)
    for words in (("review", case, "--file-only"), ("ingest", case.parent / "article.txt", "--into", case)):
        assert "another graphkit review or ingest has it open" in run(*words, code=2).output
    assert files(case) == before
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    run("review", case, "--file-only")  # the lock went with its process


def test_a_file_that_was_saved_while_the_page_is_open_is_not_overwritten(case: Path) -> None:
    session = open_session(case)
    path = case / "candidates" / "article.csv"
    path.write_text(path.read_text() + "\n")
    before = files(case)
    with pytest.raises(InvalidValue, match="another program changed it"):
        session.decide(session.state()["card"]["key"], "reject", {})
    assert files(case) == before
    again = open_session(case)
    again.decide(claim_card(again, "LEASES_FROM")[0], "reject", {})


# The page -------------------------------------------------------------------------------------


def pages(browser: Any, server: Server, **options: Any) -> Any:
    page = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options}).new_page()
    page.complaints = []
    page.on(
        "console",
        lambda message: page.complaints.append(message.text) if message.type in ("error", "warning") else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("dialog", lambda dialog: (page.complaints.append(dialog.message), dialog.dismiss()))
    page.goto(server.url)
    page.wait_for_selector("html[data-ready]")
    return page


def press(page: Any, key: str) -> None:
    """Press a key and wait until the server has taken the decision."""
    before = page.get_attribute("html", "data-ready")
    page.keyboard.press(key)
    page.wait_for_function("before => document.documentElement.dataset.ready !== before", arg=before)


def test_an_article_becomes_a_path_by_keys_alone(browser: Any, tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case, FRENCH)
    keys = 0
    for server in started(case, "fr"):
        page = pages(browser, server)
        while (kind := page.get_attribute("#card", "data-type")) != "done":
            press(page, "a" if kind in ("claim", "name") else "r")
            keys += 1
            assert keys < 60
        assert page.locator("h2").inner_text() == "Il ne reste rien à décider."
        assert page.complaints == []
        press(page, "u")
        press(page, "r")
        page.context.close()
    print(f"{keys} keys")
    assert "no fault" in run("check", case).output
    answer = ask("path", "ByteDance", "H100", "-f", case)
    steps = [[step["object"]["id"] for step in path["steps"]] for path in answer["paths"]]
    assert any(ids[0] == "oracle" and ids[-1] == "h100" for ids in steps)
    assert "loue depuis peu des serveurs installés aux États-Unis" in run(
        "path", "ByteDance", "H100", "-f", case, "-v"
    ).output.replace("\n        ", " ")


def test_an_edit_a_wrong_name_and_a_bulk_are_done_by_keys(browser: Any, case: Path) -> None:
    for server in started(case):
        page = pages(browser, server)
        press(page, "r")  # the unknown name
        while page.get_attribute("#card", "data-type") == "name":
            press(page, "r")
        page.keyboard.press("e")
        assert page.locator(".claims").inner_text() == "Which of the 2? Press its digit, or Esc."
        page.keyboard.press("1")
        page.select_option("#f-status", "alleged")
        page.locator("#f-summary").press("Enter")
        page.wait_for_function("() => !document.getElementById('form')")
        page.keyboard.press("w")
        page.fill("#f-subject", "Nobody Ltd")
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.getElementById('fault').textContent.includes('Nobody Ltd')")
        page.keyboard.press("Escape")
        if page.locator('[data-press="A"]').count():
            page.keyboard.press("A")
            press(page, "A")
        assert page.complaints in (
            [],
            ["Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"] * 1,
        )
        page.context.close()
    assert "alleged" in {claim.status for claim in read_factbase(case).claims}


def test_a_claim_is_left_out_and_a_relation_picked_by_keys(browser: Any, tmp_path: Path) -> None:
    case = tmp_path / "case"
    read_article(case, PASSAGE)
    for server in started(case):
        page = pages(browser, server)
        assert page.locator('#keys [data-press="a"]').inner_text() == "a accept 2"
        page.keyboard.press("1")
        assert page.locator(".claim.off h2").inner_text().startswith("1 ✗ Tencent buys from Dell")
        page.keyboard.press("p")
        page.keyboard.press("t")
        ends = page.locator("h2 + .kicker").inner_text()
        words = page.locator(".choices button").first.inner_text()
        page.keyboard.press("1")
        page.keyboard.press("r")  # none of the rest
        assert page.locator(".picked").inner_text() == f"✓ {words.removeprefix('1 ')}"
        assert page.locator(".claim.off").count() == 1
        press(page, "a")
        assert page.get_attribute("#card", "data-type") == "sentence"
        page.keyboard.press("2")
        page.wait_for_function("() => document.getElementById('card').dataset.type === 'done'")
        assert page.complaints == [] and ends.startswith("Tencent – ")
        page.context.close()
    relations = sorted(one.relation for one in read_factbase(case).claims)
    assert len(relations) == 3 and "LEASES_FROM" in relations


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_fits_a_phone(browser: Any, case: Path, width: int) -> None:
    for server in started(case):
        page = pages(browser, server, viewport={"width": width, "height": 800})
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
        for key in ("a", "r", "s"):
            assert page.locator(f'#keys [data-press="{key}"]').is_visible()
        page.context.close()


HOSTILE = [
    "<script>document.title='run'</script>", "<img src=x onerror=alert(1)>", "\"><svg onload=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}", "${alert(1)}", "</script><script>alert(1)</script>", "<!--", "]]>",
    "<iframe src=//a.example></iframe>",
    "' onmouseover='alert(1)", "&lt;b&gt;", "<b>bold</b>", "%3Cscript%3E", "\\u003cscript\\u003e",
    "<a href=javascript:alert(1)>x</a>",
    "<style>*{display:none}</style>", "<base href=//a.example>",
    "<meta http-equiv=refresh content=0>", "<form action=//a.example>",
]  # fmt: skip


def test_hostile_text_runs_nothing_in_the_page(browser: Any, tmp_path: Path) -> None:
    case = tmp_path / "case"
    lines = [
        f"{text} Tencent uses H{number}00 chips of {text} in the city." for number, text in enumerate(HOSTILE, 1)
    ]
    names = [
        f"The Malaysian operator Acme{number} {text} Ltd bought chips." for number, text in enumerate(HOSTILE, 1)
    ]
    read_article(case, "A title\n\n" + "\n".join([*lines, *names]) + "\n")
    for server in started(case):
        page = pages(browser, server)
        for _ in range(12):
            kind = page.get_attribute("#card", "data-type")
            if kind == "done":
                break
            press(page, "a" if kind != "sentence" else "r")
            assert (
                page.locator("#app script, #app img, #app svg, #app iframe, #app style, #app a, #app base").count()
                == 0
            )
        assert page.title() == "Review of what was read" and page.complaints == []
        assert HOSTILE[0] in page.locator("#article").inner_text()
        page.context.close()


def test_closing_and_opening_again_goes_on_where_it_was(case: Path) -> None:
    session = open_session(case)
    session.decide(session.state()["card"]["key"], "reject", {})
    key = session.state()["card"]["key"]
    assert open_session(case).state()["card"]["key"] == key
    assert ARTICLE.splitlines()[0] in "".join(text for text, _ in open_session(case).state()["article"])


def test_the_command_prints_its_address_and_ends_at_once(case: Path) -> None:
    command = [sys.executable, "-m", "graphkit", "review", str(case), "--no-browser"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1])
    assert child.stdout is not None
    assert child.stdout.readline().startswith("review: http://127.0.0.1:")
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    rest = child.stdout.read()
    child.stdout.close()
    assert child.wait(20) == 0 and "claims written" in rest
