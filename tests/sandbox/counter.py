"""A tiny platform of its own, so that the frame is tested apart from any real one."""

import json
from typing import Any, ClassVar

import httpx2

from tokbridge.sandbox.frame import Site
from tokbridge.sandbox.keep import Keep
from tokbridge.sandbox.wire import Answer, Call, Json, Operation, answer_json, dump


class CounterSite(Site):
    """GET /n reads a number, POST /n adds one and tells a webhook about it."""

    platform = "counter"
    default_settings: ClassVar[Json] = {"hook_url": ""}

    def __init__(self, keep: Keep) -> None:
        super().__init__(keep)
        self.n: int = self.load("n").get("n", 0)

    def operation(self, call: Call) -> Operation:
        return Operation((f"n.{call.method.lower()}",), call.method == "POST", call.first("about"))

    def answer(self, call: Call) -> Answer:
        if call.method == "POST":
            self.n += 1
            self.store("n", "n", self.n)
            if self.settings["hook_url"]:
                body = dump({"n": self.n})
                self.hooks.send(f"n/{self.n % 2}", str(self.n), self.settings["hook_url"], body, {"X-N": str(self.n)})
        return answer_json({"n": self.n})

    def error(self, call: Call, code: Any, message: str, http: int | None) -> Answer:
        return answer_json({"code": code, "message": message}, http or 200)

    def book(self) -> Json:
        return {"n": self.n}

    def tick(self) -> None:
        pass


def n_of(client: httpx2.Client) -> int:
    return int(json.loads(client.get("/n").content)["n"])
