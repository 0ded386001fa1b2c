"""`python -m tests.recorded.prestashop`: how many of the recorded exchanges the sandbox answers alike, per group."""

import sys
from collections import Counter

from tests.recorded.prestashop.replay import Replay, read
from tokbridge.sandbox.prestashop.site import PrestaShopSite
from tokbridge.sandbox.server import Running

if __name__ == "__main__":
    with Running(PrestaShopSite) as running:
        outcomes = list(Replay(running.urls["prestashop"]).run(read()))
    alike, whole = Counter[str](), Counter[str]()
    for one in outcomes:
        whole[one.scenario] += 1
        alike[one.scenario] += not one.difference
    for group, lines in whole.items():
        print(f"{group:<18}{alike[group]:>4} of {lines}")
    print(f"{'all':<18}{sum(alike.values()):>4} of {len(outcomes)} = {100 * sum(alike.values()) / len(outcomes):.1f} %")
    for one in outcomes:
        if one.difference:
            print(f"{one.n:>4} [{one.scenario}] {one.name}: {one.difference}")
    sys.exit(any(one.difference for one in outcomes))
