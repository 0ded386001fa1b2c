"""How the webservice says no: a list of numbered errors, or PHP dying in the middle (reference 3)."""

SOURCE = "/shop/classes/webservice/WebserviceRequest.php"


class Refusal(Exception):
    """A refused call: HTTP status and (code, message) pairs.

    broken_query marks the errors after which 8.2.4 goes on with nothing and PHP warns four times: outside debug mode
    each warning is an error of its own and the answer becomes 500.
    """

    def __init__(self, status: int, *errors: tuple[int, str], broken_query: bool = False) -> None:
        super().__init__(*errors)
        self.status = status
        self.errors = errors
        self.broken_query = broken_query


class Dead(Exception):
    """PHP ended: status 500, text/html, with one plain sentence or nothing."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.text = text


class Away(Exception):
    """The shop sends the visitor elsewhere: 302."""


def warning(text: str, line: int) -> tuple[int, str]:
    """A PHP warning as an error of code 3."""
    return 3, f"[PHP Warning #2] {text} ({SOURCE}, line {line})"


def warnings_of_a_broken_query() -> tuple[tuple[int, str], ...]:
    """What PHP says after a bad filter, sort, display or schema."""
    text = "Trying to access array offset on value of type bool"
    return tuple(warning(text, line) for line in range(1333, 1337))
