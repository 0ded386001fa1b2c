"""The error envelope and its usual texts (reference magento-rest.md 3)."""

from secrets import token_hex
from typing import Any

from tokbridge.sandbox.wire import Answer, Json, answer_json

MASKED = "Internal Error. Details are available in Magento log file. Report ID: webapi-"
NO_ROUTE = "Request does not match any route."
NO_ENTITY = "The entity that was requested doesn't exist. Verify the entity and try again."
NO_PRODUCT = "The product that was requested doesn't exist. Verify the product and try again."
UNAUTHORISED = "The consumer isn't authorized to access %resources."
MAINTENANCE = "<html><head><title>503 Service Temporarily Unavailable</title></head><body>Be right back.</body></html>"


class Refused(Exception):
    """A call that Magento refuses: nothing of it is applied."""

    def __init__(
        self, message: str, status: int = 400, parameters: Any = None, errors: list[Json] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message}
        if parameters is not None:
            self.body["parameters"] = parameters
        if errors is not None:
            self.body["errors"] = errors

    def answer(self) -> Answer:
        """The HTTP answer."""
        return answer_json(self.body, self.status)


def masked() -> Refused:
    """500 as in production mode: the reason is only in the shop's log."""
    return Refused(MASKED + token_hex(6) + "0", 500)


def missing(field: str) -> Refused:
    """400: a parameter of the service is not there."""
    return Refused('"%fieldName" is required. Enter and try again.', 400, {"fieldName": field})


def wrong_type(value: object, kind: str, field: str = "") -> Refused:
    """400: a value of another type."""
    shown = "1" if value is True else "" if value is False else value
    text = f'The "{shown}" value\'s type is invalid. The "{kind}" type was expected. Verify and try again.'
    return Refused(f'Error occurred during "{field}" processing. {text}' if field else text)


def unauthorised(resource: str) -> Refused:
    """401: no token, a wrong one, or one without the right."""
    return Refused(UNAUTHORISED, 401, {"resources": resource})


def not_found(message: str = NO_ENTITY) -> Refused:
    """404."""
    return Refused(message, 404)
