"""How a call to the outside can fail: is trying again useful, and who must act.

Every adapter raises these and nothing else. `code` is the platform's own code as text ("21011044", "THROTTLED",
"http 503"); `words` are the platform's own words, cut to 500 characters, never with a buyer's data or a secret.
"""

from __future__ import annotations

from enum import StrEnum


class Actor(StrEnum):
    """Who must act."""

    NOBODY = "nobody"  # it will be tried again by itself
    OPERATOR = "operator"  # somebody at the order desk
    OWNER = "shop owner"  # somebody who can change credentials and permissions
    DEVELOPER = "developer"  # a bug, or an answer nobody has seen before


class OutsideError(Exception):
    """A call to a platform did not do what was asked."""

    def __init__(self, code: str, words: str, actor: Actor) -> None:
        super().__init__(f"{code}: {words}")
        self.code = code
        self.words = words[:500]
        self.actor = actor


class Retry(OutsideError):
    """Nothing was done; the same call is useful again, not before `after` seconds (None: the caller's own back-off)."""

    def __init__(self, code: str, words: str, *, after: float | None = None, limited: bool = False) -> None:
        super().__init__(code, words, Actor.NOBODY)
        self.after = after
        self.limited = limited  # the platform's rate limit, not a fault: does not count for the circuit breaker


class Refused(OutsideError):
    """Nothing was done, and the same call will be refused again until `actor` changes something."""

    def __init__(self, code: str, words: str, actor: Actor = Actor.OPERATOR) -> None:
        super().__init__(code, words, actor)


class Unknown(OutsideError):
    """The outcome is not known: the call may have been carried out. Look before doing anything again."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code, words, Actor.NOBODY)


class OrderGone(Refused):
    """The store has no such order (any more): staff deleted it."""

    def __init__(self, words: str) -> None:
        super().__init__("store_order_gone", words, Actor.OPERATOR)


class CredentialRefused(Refused):
    """The whole connection is refused (token, key, scope, frozen shop): stop it, show one banner, try no other order."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(code, words, Actor.OWNER)


class NotSupported(Refused):
    """This platform has no such verb. The words say what to do by hand instead."""

    def __init__(self, verb: str, words: str) -> None:
        super().__init__(f"not supported: {verb}", words, Actor.OPERATOR)
