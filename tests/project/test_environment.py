"""A wrong setting is refused with its name, never with its value."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from tokbridge.project.environment import NAMES, Environment, WrongSetting
from tokbridge.stores.platform import Platform, Setting
from tokbridge.stores.registry import PLATFORMS


def env(**values: str) -> Environment:
    return Environment({f"TOKBRIDGE_{name}": value for name, value in values.items()})


def test_a_misspelt_name_is_refused() -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_TIKTOK_APPKEY: there is no such setting"):
        env(TIKTOK_APPKEY="x")


def test_other_programs_variables_are_none_of_ours() -> None:
    Environment({"PATH": "/bin", "TOK": "x"})


@pytest.mark.parametrize("text", ["0", "3601", "-1", "sixty", "1e9", "nan", "inf"])
def test_a_number_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_POLL_S: must be a number from 1 to 3600$"):
        env(POLL_S=text).number("POLL_S", 60, least=1, most=3600)


@pytest.mark.parametrize(("text", "value"), [("", 60), (" 5 ", 5), ("0.5e2", 50), ("3600", 3600)])
def test_a_number(text: str, value: float) -> None:
    assert env(POLL_S=text).number("POLL_S", 60, least=1, most=3600) == value


@pytest.mark.parametrize(("text", "value"), [("", True), ("off", False), ("ON", True), ("0", False), ("Yes", True)])
def test_a_switch(text: str, value: bool) -> None:
    assert env(LIMITS=text).switch("LIMITS", True) is value


def test_a_wrong_switch_and_a_wrong_choice_are_refused() -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_LIMITS: must be on or off$"):
        env(LIMITS="maybe").switch("LIMITS", True)
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_TIKTOK_MARKET: must be one of us, world$"):
        env(TIKTOK_MARKET="uk").choice("TIKTOK_MARKET", "world", "us", "world")


@pytest.mark.parametrize(
    "text", ["http://shop.example.com", "ftp://127.0.0.1", "shop.example.com", "https://", "https://a:x", "https://[a"]
)
def test_an_address_that_is_not_safe_is_refused(text: str) -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_PUBLIC_URL: must be an https:// address"):
        env(PUBLIC_URL=text).url("PUBLIC_URL")


@pytest.mark.parametrize("text", ["https://shop.example.com/", "http://127.0.0.1:9001", "http://localhost:1/"])
def test_an_address_loses_its_slash(text: str) -> None:
    assert env(PUBLIC_URL=text).url("PUBLIC_URL") == text.rstrip("/")


def test_a_short_key_is_refused_without_being_told(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_SECRET_KEYS: .*32 characters") as refusal:
        env(SECRET_KEYS="k" * 32 + ",hunter2").secret_keys(tmp_path)
    assert "hunter2" not in str(refusal.value)


def test_a_made_key_is_kept_and_only_ours_to_read(tmp_path: Path) -> None:
    keys = env().secret_keys(tmp_path)
    assert env().secret_keys(tmp_path) == keys
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    """Seen as pages that failed until they were started again: they had read the key before the worker had written it."""
    rounds = [tmp_path / str(number) for number in range(100)]
    for folder in rounds:
        folder.mkdir()
    told: multiprocessing.Queue[list[str]] = multiprocessing.Queue()
    together = multiprocessing.Barrier(4)
    starting = [multiprocessing.Process(target=_start, args=(rounds, together, told)) for _ in range(4)]
    for process in starting:
        process.start()
    read = [told.get(timeout=60) for _ in starting]
    for process in starting:
        process.join()
    assert all(len(key) >= 32 for key in read[0])
    assert read == [read[0]] * 4


def _start(rounds: list[Path], together: Barrier, told: multiprocessing.Queue[list[str]]) -> None:
    read = []
    for folder in rounds:
        together.wait(timeout=20)
        read += env().secret_keys(folder)
    told.put(read)


@pytest.mark.parametrize("kept", ["", "short\n"])
def test_a_key_file_without_a_key_is_refused_and_kept(tmp_path: Path, kept: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(kept)
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_SECRET_KEYS: .*secret\.key has fewer than 32 characters"):
        env().secret_keys(tmp_path)
    assert path.read_text() == kept


def test_a_key_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_SECRET_KEYS: .*cannot be read"):
        env().secret_keys(tmp_path)


def test_a_start_that_was_cut_off_leaves_room_for_the_next(tmp_path: Path) -> None:
    (tmp_path / "secret.new").write_text("half of a k")
    assert len(env().secret_keys(tmp_path)[0]) == 64
    assert not (tmp_path / "secret.new").exists()


@pytest.mark.parametrize(
    "text", ["mysql://u:hunter2@h/name", "postgresql://u:hunter2@h", "hunter2", "postgresql://u:p@h:hunter2/n"]
)
def test_a_database_of_another_kind_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_DATABASE_URL: must look like") as refusal:
        env(DATABASE_URL=text).database(tmp_path)
    assert "hunter2" not in str(refusal.value)


def test_databases(tmp_path: Path) -> None:
    found = env(DATABASE_URL="postgresql://u%40x:p%2Fw@db:5433/name").database(tmp_path)
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"]) == ("u@x", "p/w", "db", "5433")
    assert env().database(tmp_path)["NAME"] == str(tmp_path / "tokbridge.sqlite3")
    assert env(DATABASE_URL="sqlite:///data/x.sqlite3").database(tmp_path)["NAME"] == "/data/x.sqlite3"


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", ()),
        (" , \n", ()),
        ("A=b", (("A", "b"),)),
        (" A = b ,C=d,", (("A", "b"), ("C", "d"))),
        ("A=b\nC=d=e", (("A", "b"), ("C", "d=e"))),
        ("7495@W-1=shopify, 7495#Mug x=magento", (("7495@W-1", "shopify"), ("7495#Mug x", "magento"))),
    ],
)
def test_pairs(text: str, pairs: tuple[tuple[str, str], ...]) -> None:
    assert env(CHANNELS=text).pairs("CHANNELS") == pairs


@pytest.mark.parametrize("text", ["hunter2", "A=b, hunter2", "hunter2=", "=hunter2", "A=b;hunter2, =", "=="])
def test_what_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_CHANNELS: must look like NAME=value, NAME=value$"):
        env(CHANNELS=text).pairs("CHANNELS")


def test_a_name_twice_is_refused() -> None:
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_CHANNELS: names something twice$"):
        env(CHANNELS="A=b, C=d, A=e").pairs("CHANNELS")


SHOP = Platform(
    name="shopify",  # the names of its settings are known ones
    title="Shopify",
    open=PLATFORMS["shopify"].open,
    settings=(
        Setting("shop", "the address"),
        Setting("token", "the key", secret=True),
        Setting("base_url", "where", form="url"),
        Setting("settle_s", "how long", form="seconds"),
    ),
    first_limit=(1, 1),
    email="",
    admin_page=PLATFORMS["shopify"].admin_page,
)


def test_a_stores_settings_are_those_that_are_set_under_their_own_names() -> None:
    given = env(
        SHOPIFY_SHOP=" mugs.myshopify.com ",
        SHOPIFY_TOKEN="t",
        SHOPIFY_BASE_URL="http://127.0.0.1:8801/",
        SHOPIFY_SETTLE_S="1.50",
        SHOPIFY_CLIENT_ID="not one of this platform",
    )
    assert given.store(SHOP) == {
        "shop": "mugs.myshopify.com",
        "token": "t",
        "base_url": "http://127.0.0.1:8801",
        "settle_s": "1.5",
    }
    assert env(SHOPIFY_TOKEN=" ").store(SHOP) == {}
    assert env(SHOPIFY_SETTLE_S="0").store(SHOP) == {"settle_s": "0"}


@pytest.mark.parametrize(
    ("name", "text", "must"),
    [
        ("SHOPIFY_SETTLE_S", "hunter2", "must be a number from 0 to 3600"),
        ("SHOPIFY_SETTLE_S", "3601", "must be a number from 0 to 3600"),
        ("SHOPIFY_BASE_URL", "http://hunter2.example", "must be an https:// address"),
    ],
)
def test_a_stores_wrong_setting_is_refused_by_its_name(name: str, text: str, must: str) -> None:
    with pytest.raises(WrongSetting, match=f"^TOKBRIDGE_{name}: {must}") as refusal:
        env(**{name: text}).store(SHOP)
    assert text not in str(refusal.value).replace("0 to 3600", "")


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=lambda one: one.name)
def test_every_setting_of_every_platform_is_known(platform: Platform) -> None:
    names = {f"TOKBRIDGE_{platform.name}_{setting.name}".upper() for setting in platform.settings}
    assert {*names, f"TOKBRIDGE_{platform.name}_STATUSES_FROM_TIKTOK".upper()} <= NAMES
    assert "shop" in {setting.name for setting in platform.settings}


def test_a_data_folder_that_cannot_be_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSetting, match=r"^TOKBRIDGE_DATA_DIR: must be a folder"):
        env(DATA_DIR=str(tmp_path / "file" / "x")).data_dir()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("TOKBRIDGE_SHOPIFY_SHOPP", "x", "TOKBRIDGE_SHOPIFY_SHOPP: there is no such setting"),
        ("TOKBRIDGE_WORKER_THREADS", "many", "TOKBRIDGE_WORKER_THREADS: must be a number from 1 to 256"),
    ],
)
def test_the_command_line_refuses_before_anything_else(tmp_path: Path, name: str, value: str, words: str) -> None:
    values = {**os.environ, "TOKBRIDGE_DATA_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), name: value}
    command = [sys.executable, "-m", "tokbridge.cli.main", "orders", "--json"]
    ran = subprocess.run(command, env=values, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert words in ran.stderr
    assert "Traceback" not in ran.stderr
