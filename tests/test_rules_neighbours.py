"""The law beside the decided cases: other chips, countries, days and buyers, as the rules' texts say."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from graphkit import Explorer
from graphkit.answers.licence import LicenceAnswer, ask_licence
from graphkit.factbase import read_rulebook
from tests.command_line import ask as ask_command
from tests.counts import choose

DENIAL, CASE, APPROVAL, NOTICE = "presumption_of_denial", "case_by_case", "presumption_of_approval", "notification"

NEIGHBOURS = [
    # 91 FR 43034: the Emirates left D:4 and keep the requirement but for recipients that the rule names
    ("A100 --to AE --hq AE --on 2026-11-28", "license_required", None),
    ("L40S --to AE --hq AE --on 2026-07-10", "license_required", None),
    ("MI300X --to AE --hq AE --on 2026-07-09", "license_required", APPROVAL),
    ("MI300X --to AE --hq AE --on 2026-07-10", "license_required", None),
    ("B200 --to AE --hq SA --on 2026-11-28", "license_required", None),
    ("H200 --to AE --hq MO --on 2026-11-28", "license_required", DENIAL),
    ("GB200 --to SG --hq AE --on 2026-08-01", "not_required", None),
    ("L20 --to AE --hq AE --on 2026-11-28", "not_required", None),
    ("H100 --to SA --hq SA --on 2026-11-28", "license_required", APPROVAL),
    ("H100 --to QA --hq QA --on 2026-11-28", "license_required", APPROVAL),
    ("H100 --to AE --hq US --buyer Microsoft --on 2026-07-10", "not_required", None),
    ("H100 --to AE --hq US --buyer Microsoft --on 2026-07-09", "license_required", APPROVAL),
    ("B200 --to AE --hq AE --buyer G42 --on 2026-07-09", "license_required", APPROVAL),
    ("B200 --to AE --hq AE --buyer G42 --on 2027-04-07", "unclear", None),
    ("B200 --to SA --hq AE --buyer G42 --on 2026-11-28", "license_required", APPROVAL),
    # Cyprus: in A:6 since 2020, as a seat not settled until 89 FR 40369
    ("B200 --to CY --hq CY --on 2026-11-28", "not_required", None),
    ("A100 --to CY --hq US --on 2023-12-01", "not_required", None),
    ("H100 --to SG --hq CY --on 2023-12-01", "unclear", None),
    ("H100 --to SG --hq CY --on 2024-06-01", "not_required", None),
    ("H100 --to CY --hq CY --on 2022-11-01", "not_required", None),
    # Cambodia: out of D:5 with the State Department's list, still in D:1
    ("A100 --to KH --hq KH --on 2025-10-01", "license_required", DENIAL),
    ("A100 --to KH --hq SG --on 2025-12-01", "license_required", APPROVAL),
    ("B200 --to KH --hq CN --on 2025-12-01", "license_required", DENIAL),
    ("B200 --to TH --hq KH --on 2025-12-01", "not_required", None),
    # Ethiopia: whether it is in D:5 is not settled
    ("B200 --to KE --hq ET --on 2026-11-28", "unclear", None),
    ("H20 --to ET --hq ET --on 2025-06-01", "unclear", None),
    # Nicaragua and Vietnam
    ("H100 --to SG --hq NI --on 2024-03-14", "not_required", None),
    ("H100 --to SG --hq NI --on 2024-03-15", "license_required", CASE),
    ("H200 --to VN --hq VN --on 2026-11-28", "license_required", APPROVAL),
    # 91 FR 1684: denial for parties from D:5 and Macau elsewhere, without a gap
    ("H100 --to ID --hq MO --on 2026-02-01", "license_required", DENIAL),
    ("H100 --to DE --hq HK --on 2026-06-15", "license_required", DENIAL),
    ("H200 --to TH --hq CN --on 2026-11-28", "license_required", DENIAL),
    ("H20 --to SG --hq CN --on 2026-11-28", "license_required", DENIAL),
    # General Prohibition 10: chips of Chinese designers since 2025-05-13
    ('"Ascend 910B" --to ID --hq ID --from CN --on 2025-05-12', "not_required", None),
    ('"Ascend 910B" --to ID --hq ID --from CN --on 2025-05-13', "unclear", None),
    ('"Ascend 910C" --to SA --hq SA --from CN --on 2025-06-01', "unclear", None),
    ("MLU590 --to MY --hq MY --from CN --on 2025-06-01", "unclear", None),
    # the affiliates rule: its temporary general licence, its suspension, its return
    ("H100 --to SG --hq SG --listed-owner-share 60 --on 2025-10-15", "not_required", None),
    ("B200 --to IN --hq IN --listed-owner-share 55 --on 2025-11-01", "not_required", None),
    ("H100 --to TH --hq TH --listed-owner-share 60 --on 2025-10-15", "license_required", None),
    ("H100 --to TH --hq TH --listed-owner-share 49.9 --on 2025-10-15", "not_required", None),
    ("B200 --to TH --hq TH --listed-owner-share 55 --on 2025-11-10", "not_required", None),
    ("B200 --to TH --hq TH --listed-owner-share 55 --on 2026-11-10", "unclear", None),
    # a chip under the rule of its day
    ("H200 --to CN --hq CN --on 2023-11-16", "license_required", None),
    ("H200 --to CN --hq CN --on 2023-11-17", "license_required", DENIAL),
    # the letter of 2023 on A100 and H100 beyond China
    ("A100 --to KW --hq KW --on 2023-06-15", "unclear", None),
    ("H100 --to IL --hq IL --on 2023-07-01", "unclear", None),
    ("H100 --to SA --hq SA --on 2023-04-30", "not_required", None),
    ("L40S --to SA --hq SA --on 2023-07-01", "not_required", None),
    ("A100 --to SG --hq SG --on 2023-07-01", "not_required", None),
    # the letters of April 2025
    ("H20 --to SG --hq HK --on 2025-04-08", "not_required", None),
    ("H20 --to SG --hq HK --on 2025-04-09", "license_required", None),
    ("H20 --to TW --hq TW --on 2025-06-01", "not_required", None),
    ("L20 --to CN --hq CN --on 2025-06-01", "not_required", None),
    ('"RTX 4090 D" --to CN --hq CN --on 2026-02-01', "not_required", None),
    # notices follow parties from D:5 and Macau wherever they are
    ('"RTX 4090" --to SG --hq CN --on 2024-05-01', "license_required", NOTICE),
    ('"RTX 4090" --to VN --hq CN --on 2024-05-01', "license_required", NOTICE),
    ('"RTX 4090" --to SG --hq SG --on 2024-05-01', "not_required", None),
    # buyers by name, on the list from a day on; other lists ask for no licence
    ("H20 --buyer Sophgo --on 2025-01-15", "not_required", None),
    ("H20 --buyer Sophgo --on 2025-01-16", "license_required", None),
    ("L2 --buyer Biren --on 2023-10-16", "not_required", None),
    ("L2 --buyer Biren --on 2023-10-17", "license_required", DENIAL),
    ("H20 --buyer Nettrix --on 2025-03-24", "not_required", None),
    ("H20 --buyer Nettrix --on 2025-03-25", "license_required", DENIAL),
    ("L20 --buyer PowerAir --on 2025-01-15", "not_required", None),
    ("L20 --buyer PowerAir --on 2025-01-16", "license_required", None),
    ("L20 --buyer Huawei --on 2023-01-01", "license_required", None),
    ("L20 --buyer Alibaba --on 2026-07-01", "not_required", None),
    ("L20 --buyer Tencent --on 2025-06-01", "not_required", None),
    # owners: known not to be there, or not known
    ("H100 --to MY --buyer Oracle --on 2024-06-06", "not_required", None),
    ("H100 --to MY --buyer AWS --on 2024-06-06", "not_required", None),
    ("H100 --to SA --buyer Microsoft --on 2025-06-01", "license_required", APPROVAL),
    ("H100 --to MY --buyer Megaspeed --on 2024-06-01", "unclear", None),
    ("H100 --to MY --buyer Aivres --on 2024-06-01", "unclear", None),
    # thresholds of 2022: 600 GB/s and 4,800
    ("H800 --to CN --hq CN --on 2023-10-22", "not_required", None),
    ("A800 --to HK --hq HK --on 2022-12-01", "not_required", None),
    ('"Gaudi 2 China" --to CN --hq CN --on 2023-09-01', "not_required", None),
    ('"Gaudi 2" --to CN --hq CN --on 2022-10-20', "not_required", None),
    ('"Gaudi 2" --to CN --hq CN --on 2022-10-21', "license_required", None),
    ("MI250X --to CN --hq CN --on 2022-08-25", "not_required", None),
    ("MI250X --to CN --hq CN --on 2022-10-21", "license_required", None),
    ("MI210 --to CN --hq CN --on 2023-06-01", "not_required", None),
    ('"RTX 4090" --to CN --hq CN --on 2023-11-16', "not_required", None),
    # thresholds of 2023: TPP and performance density
    ("A100 --to CN --hq CN --on 2023-10-22", "license_required", None),
    ("L40S --to CN --hq CN --on 2023-10-22", "not_required", None),
    ("L40S --to CN --hq CN --on 2023-10-23", "license_required", DENIAL),
    ("L4 --to CN --hq CN --on 2023-11-16", "not_required", None),
    ("L4 --to CN --hq CN --on 2023-11-17", "license_required", DENIAL),
    ("L2 --to CN --hq CN --on 2024-06-01", "not_required", None),
    ("A10 --to CN --hq CN --on 2024-06-01", "not_required", None),
    ("V100 --to CN --hq CN --on 2024-06-01", "not_required", None),
    ("P100 --to CN --hq CN --on 2024-06-01", "not_required", None),
    ("A40 --to CN --hq CN --on 2024-06-01", "license_required", NOTICE),
    ("A30 --to MO --hq MO --on 2024-06-01", "license_required", NOTICE),
    ("MI210 --to CN --hq CN --on 2024-06-01", "license_required", NOTICE),
    ('"RTX 6000 Ada" --to CN --hq CN --on 2024-06-01', "license_required", NOTICE),
    ('"RTX 4090 D" --to CN --hq CN --on 2024-06-01', "not_required", None),
    ('"RTX 5090" --to CN --hq CN --on 2025-03-01', "license_required", NOTICE),
    ('"RTX 5090 D v2" --to CN --hq CN --on 2025-09-01', "not_required", None),
    ('"RTX PRO 6000" --to CN --hq CN --on 2025-06-01', "license_required", DENIAL),
    ('"RTX PRO 6000D" --to CN --hq CN --on 2025-10-01', "unclear", None),
    ('"RTX PRO 6000D" --to SG --hq SG --on 2025-10-01', "not_required", None),
    ('"TPU v4" --to CN --hq CN --on 2024-06-01', "license_required", DENIAL),
    ('"MI300A" --to CN --hq CN --on 2024-06-01', "license_required", DENIAL),
    ("GH200 --to CN --hq CN --on 2024-06-01", "license_required", DENIAL),
    # a notice, and where none is needed
    ("L40 --to HK --hq HK --on 2024-04-04", "license_required", NOTICE),
    ("L40 --to VN --hq VN --on 2024-04-03", "not_required", None),
    ("L40 --to VN --hq VN --on 2024-04-04", "not_required", None),
    ("L40 --to VN --hq HK --on 2024-06-01", "license_required", NOTICE),
    ("L40 --to GB --hq MO --on 2024-06-01", "license_required", NOTICE),
    ("L40 --to GB --hq GB --on 2024-06-01", "not_required", None),
    ('"RTX 4090" --to MO --from MO --hq MO --on 2024-06-01', "not_required", None),
    ('"RTX 4090" --to CN --hq CN --listed --on 2024-06-01', "license_required", None),
    ('"RTX 4090" --to RU --hq RU --on 2024-06-01', "license_required", None),
    ("L20 --to RU --hq RU --on 2024-06-01", "unclear", None),
    # destination groups
    ("H100 --to KZ --hq KZ --on 2024-06-01", "license_required", APPROVAL),
    ("H100 --to GE --hq GE --on 2024-06-01", "license_required", APPROVAL),
    ("H100 --to PK --hq PK --on 2024-06-01", "license_required", APPROVAL),
    ("H100 --to EG --hq EG --on 2024-06-01", "license_required", APPROVAL),
    ("H100 --to KW --hq KW --on 2024-06-01", "license_required", APPROVAL),
    ("H100 --to IQ --hq IQ --on 2024-06-01", "license_required", DENIAL),
    ("H100 --to VE --hq VE --on 2024-06-01", "license_required", DENIAL),
    ("H100 --to MM --hq MM --on 2024-06-01", "license_required", DENIAL),
    ("H100 --to TR --hq TR --on 2024-06-01", "not_required", None),
    ("H100 --to IN --hq IN --on 2024-06-01", "not_required", None),
    ("H100 --to BR --hq BR --on 2024-06-01", "not_required", None),
    ("H100 --to ID --hq ID --on 2024-06-01", "not_required", None),
    ("H100 --to TW --hq TW --on 2024-06-01", "not_required", None),
    ("H100 --to CN --hq US --on 2024-06-01", "license_required", DENIAL),
    ("H100 --to CN --hq US --on 2023-11-10", "license_required", DENIAL),
    ("H100 --to VN --hq US --on 2023-11-10", "license_required", APPROVAL),
    # seats in D:5, Macau or elsewhere
    ("H100 --to PT --hq MO --on 2023-11-16", "not_required", None),
    ("H100 --to PT --hq MO --on 2023-11-17", "license_required", CASE),
    ("H100 --to GB --hq HK --on 2024-06-01", "license_required", CASE),
    ("H100 --to GB --hq VE --on 2024-06-01", "license_required", CASE),
    ("H100 --to GB --hq VN --on 2024-06-01", "not_required", None),
    ("H100 --to GB --hq SA --on 2024-06-01", "not_required", None),
    ("H100 --to QA --hq HK --on 2024-06-01", "license_required", DENIAL),
    ("H100 --to BR --hq CN --on 2025-01-12", "license_required", CASE),
    ("H100 --to BR --hq CN --on 2025-01-13", "license_required", None),
    ("H100 --to BR --hq CN --on 2026-01-14", "license_required", None),
    ("H100 --to BR --hq CN --on 2026-01-15", "license_required", DENIAL),
    ("H100 --to BR --hq CN --on 2026-05-31", "license_required", DENIAL),
    ("H100 --to BR --hq CN --on 2026-06-01", "license_required", DENIAL),
    ("H100 --to TW --from TW --hq CN --on 2024-06-01", "license_required", CASE),
    ("H20 --to BR --hq CN --on 2025-04-08", "not_required", None),
    ("H20 --to BR --hq CN --on 2026-01-15", "license_required", DENIAL),
    # the review of 2026: below 21,000 and 6,500 GB/s, from the United States, to China and Macau
    ("MI300X --to CN --hq CN --on 2026-01-15", "license_required", CASE),
    ("MI325X --to HK --hq HK --on 2026-01-15", "license_required", CASE),
    ("MI350X --to CN --hq CN --on 2026-01-15", "license_required", DENIAL),
    ("GH200 --to CN --hq CN --on 2026-02-01", "license_required", CASE),
    ("A100 --to CN --hq CN --on 2026-01-14", "license_required", DENIAL),
    ("H800 --to MO --hq MO --on 2026-02-01", "license_required", CASE),
    ('"B30A" --to CN --hq CN --on 2026-02-01', "license_required", DENIAL),
    ("B300 --to CN --hq CN --on 2026-11-28", "license_required", DENIAL),
    ('"Gaudi 3 (HL-325L)" --to CN --hq CN --from US --on 2026-02-01', "license_required", DENIAL),
    ("H200 --to RU --hq RU --on 2026-02-01", "license_required", DENIAL),
    ("H200 --to VE --hq VE --on 2026-02-01", "license_required", DENIAL),
    ("H20 --to CN --hq CN --on 2026-01-14", "license_required", None),
    ("H20 --to CN --hq CN --from SG --on 2026-02-01", "license_required", DENIAL),
    ("L40 --to CN --hq CN --on 2026-01-14", "license_required", NOTICE),
    ("H200 --to CN --hq CN --on 2025-12-08", "license_required", DENIAL),
    # the letters
    ("A100 --to RU --hq RU --on 2022-09-01", "license_required", None),
    ("A100 --to MO --hq MO --on 2022-09-01", "not_required", None),
    ("H100 --to SG --hq CN --on 2022-09-01", "not_required", None),
    ("A100 --to TR --hq TR --on 2023-07-15", "unclear", None),
    ("H100 --to EG --hq EG --on 2023-05-01", "unclear", None),
    ("H100 --to EG --hq EG --on 2023-10-23", "license_required", APPROVAL),
    ("H100 --to CN --hq CN --on 2023-07-15", "license_required", None),
    ("MI308X --to GB --hq MO --on 2025-06-01", "license_required", None),
    ('"H20 141GB" --to CN --hq CN --on 2025-06-01', "license_required", None),
    ('"Gaudi 3 China" --to CN --hq CN --on 2025-04-08', "unclear", None),
    ('"RTX 5090" --to CN --hq CN --on 2025-06-01', "license_required", NOTICE),
    # the affiliates rule
    ("L20 --to CN --hq CN --listed-owner-share 50 --on 2025-09-28", "not_required", None),
    ("L20 --to CN --hq CN --listed-owner-share 50 --on 2025-09-29", "license_required", None),
    ("L20 --to HK --hq HK --listed-owner-share 49.9 --on 2025-10-10", "not_required", None),
    ("L20 --to JP --hq JP --listed-owner-share 75 --on 2025-10-10", "not_required", None),
    ("L20 --to VN --hq VN --listed-owner-share 75 --on 2025-10-10", "license_required", None),
    ("L20 --to VN --hq VN --listed-owner-share 75 --on 2026-11-09", "not_required", None),
    ("L20 --to VN --hq VN --listed-owner-share 75 --on 2026-11-29", "unclear", None),
    ("L20 --to JP --hq JP --listed-owner-share 75 --on 2026-11-29", "unclear", None),
    ("H100 --to CN --hq CN --listed-owner-share 75 --on 2025-10-10", "license_required", DENIAL),
    # the Emirates and the Kingdom
    ("GB300 --to AE --hq AE --on 2026-07-09", "license_required", APPROVAL),
    ("A30 --to AE --hq AE --on 2026-07-09", "not_required", None),
    ("H100 --to AE --buyer OpenAI --on 2026-11-28", "not_required", None),
    ("H100 --to AE --buyer xAI --on 2026-07-09", "license_required", None),
    ("H100 --to AE --buyer Oracle --on 2026-11-28", "not_required", None),
    ("H100 --to AE --buyer Core42 --hq AE --on 2026-11-28", "not_required", None),
    ("H100 --to AE --buyer Core42 --hq AE --on 2027-04-06", "not_required", None),
    ("H100 --to AE --buyer ByteDance --on 2026-11-28", "license_required", DENIAL),
    ("H100 --to SG --buyer OpenAI --on 2026-11-28", "not_required", None),
    ("H100 --to SA --buyer OpenAI --on 2026-11-28", "license_required", APPROVAL),
    ("GB300 --buyer G42 --to AE --on 2026-11-28", "unclear", None),
    ("GB300 --buyer Humain --to SA --on 2026-11-28", "license_required", None),
    ("H20 --to AE --hq CN --on 2026-11-28", "license_required", DENIAL),
    # lists by name and day
    ("L20 --buyer iFlytek --on 2019-10-08", "not_required", None),
    ("L20 --buyer iFlytek --on 2019-10-09", "license_required", None),
    ('L20 --buyer "Harbin Institute of Technology" --on 2024-06-01', "license_required", None),
    ('L20 --buyer "Beihang University" --on 2024-06-01', "license_required", None),
    ("L20 --buyer Cambricon --on 2022-12-15", "not_required", None),
    ("L20 --buyer Cambricon --on 2022-12-16", "license_required", None),
    ("L20 --buyer SMIC --on 2020-12-17", "not_required", None),
    ("L20 --buyer SMIC --on 2020-12-18", "license_required", None),
    ("L20 --buyer Zhipu --on 2025-01-16", "license_required", None),
    ("L20 --buyer Baidu --on 2026-11-28", "not_required", None),
    # renting, and no export
    ("H100 --to CN --hq CN --activity lease --on 2024-06-01", "not_required", None),
    ("B200 --to SG --hq CN --activity lease --on 2026-11-28", "not_required", None),
    ('"Ascend 910C" --to CN --hq CN --activity lease --on 2025-05-12', "not_required", None),
    ('"Ascend 910C" --to CN --hq CN --activity lease --on 2025-05-13', "unclear", None),
    ("B200 --to US --hq CN --on 2026-11-28", "not_required", None),
    # a month or a year
    ("H20 --to CN --hq CN --on 2025-04", "unclear", None),
    ("H200 --to CN --hq CN --on 2026-01", "license_required", None),
    ("H100 --to KH --hq KH --on 2025-11", "license_required", None),
    ("H100 --to AE --hq AE --on 2026-07", "license_required", None),
    ("H100 --to SG --hq CY --on 2024-05", "unclear", None),
    ("L20 --to VN --hq VN --listed-owner-share 75 --on 2025-11", "unclear", None),
]


@pytest.fixture(scope="module")
def shipped() -> Iterator[Explorer]:
    with Explorer.open() as explorer:
        yield explorer


def judge(explorer: Explorer, ask: str) -> LicenceAnswer:
    """Return the answer that `license` prints to a question written as on the command line."""
    chip, *words = shlex.split(ask)
    listed = "--listed" in words
    words = [word for word in words if word != "--listed"]
    given: dict[str, Any] = dict(zip(words[::2], words[1::2], strict=True))
    day, to, seat = given.pop("--on"), given.pop("--to", None), given.pop("--hq", None)
    act = {"exporter": given.pop("--from", "US"), "activity": given.pop("--activity", "export")}
    share, buyer = given.pop("--listed-owner-share", None), given.pop("--buyer", None)
    assert not given
    if buyer is not None:
        return explorer.party_licence(chip, buyer, to=to, hq=seat, on=day, **act)
    owned = float(share) if share else None
    return ask_licence(read_rulebook(), chip, to, seat, day, listed_owner_share=owned, listed=listed, **act)


@pytest.mark.parametrize(("ask", "outcome", "policy"), NEIGHBOURS, ids=[one[0] for one in NEIGHBOURS])
def test_a_neighbour_of_a_decided_case_follows_from_the_same_text(
    shipped: Explorer, ask: str, outcome: str, policy: str | None
) -> None:
    answer = judge(shipped, ask)
    print("\n".join(f"{one.id} [{one.citation}]: {one.reason}" for one in answer.rules))
    assert (answer.outcome, answer.policy) == (outcome, policy)


def test_the_command_line_says_the_same_of_a_neighbour() -> None:
    for ask, outcome, policy in choose(NEIGHBOURS, 30):
        answer = ask_command("license", *shlex.split(ask))
        assert (answer["outcome"], answer["policy"]) == (outcome, policy), ask
