"""`python -m tests.recorded.magento`: how many recorded answers the sandbox gives alike, per version and group."""

from tests.recorded.magento.replay import RECORDINGS, exchanges, replaying


def main() -> None:
    """Print alike / total per version and group, then what differs."""
    for version in RECORDINGS:
        with replaying(version) as replay:
            results = replay.run(exchanges(version))
        print(f"Magento {version}: {sum(not one.wrong for one in results)} / {len(results)}")
        for scenario in dict.fromkeys(one.scenario for one in results):
            group = [one for one in results if one.scenario == scenario]
            print(f"  {sum(not one.wrong for one in group):3} / {len(group):3}  {scenario}")
        for one in results:
            if one.wrong:
                print(f"  #{one.number} {one.scenario}: {one.name}")
                print("".join(f"      {line}\n" for line in one.wrong[:12]), end="")


if __name__ == "__main__":
    main()
