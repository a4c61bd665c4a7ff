"""The law beside the decided cases: other chips, countries, days and buyers, as the rules' texts say."""

from __future__ import annotations

import json
import shlex

import pytest
from click.testing import CliRunner

from graphkit.cli import main

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
]


@pytest.mark.parametrize(("ask", "outcome", "policy"), NEIGHBOURS, ids=[one[0] for one in NEIGHBOURS])
def test_a_neighbour_of_a_decided_case_follows_from_the_same_text(ask: str, outcome: str, policy: str | None) -> None:
    done = CliRunner().invoke(main, ["license", *shlex.split(ask), "--format", "json"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    print("\n".join(f"{one['id']} [{one['citation']}]: {one['reason']}" for one in answer["rules"]))
    assert (answer["outcome"], answer["policy"]) == (outcome, policy)
