"""TikTok Shop's error codes, texts and HTTP statuses (reference tiktok-shop-api.md 8)."""

from tokbridge.sandbox.wire import Json

OK = 0
TOKEN_EXPIRED = 105002
SCOPE_MISSING = 105005
BAD_SIGN = 106001
CIPHER_MISSING = 106013
BAD_AUTH_CODE = 36004004
BAD_REFRESH_TOKEN = 36004005
TOO_MANY = 36009002
INVALID = 36009004
BAD_PATH = 36009009
BAD_METHOD = 36009010
BAD_FORMAT = 36009022
PARAMETER = 98001004
NOT_YOURS = 21008111
ON_HOLD = 21011044
AFTERSALE_OPEN = 21011007
BAD_ORDER_STATUS = 25001001
REVERSE_OPEN = 25001011
REASON_UNFIT = 25001021

MESSAGES = {
    TOKEN_EXPIRED: "Expired credentials. The `access_token` or `x-tts-access-token` header has expired.",
    SCOPE_MISSING: "Access denied. The app is not authorized to access the endpoint because the access scopes granted "
    "for the app or the access token do not contain the required access scope for the endpoint.",
    BAD_SIGN: "Invalid credentials. The `sign` query parameter is invalid.",
    CIPHER_MISSING: "Missing identifier. The `shop_cipher` query parameter is required to identify the target shop.",
    BAD_AUTH_CODE: "Invalid auth code.",
    BAD_REFRESH_TOKEN: "can not find related auth record",
    TOO_MANY: "Too many requests. You've made too many requests in a short period of time.",
    BAD_PATH: "Invalid path. The specified path does not match any available endpoint.",
    BAD_METHOD: "Invalid method. The HTTP method used is not supported by this endpoint.",
    BAD_FORMAT: "Invalid request format. The request body format must be `application/json` for structured data or "
    "`multipart/form-data` for binary files.",
    NOT_YOURS: "The order or package does not belong to the current seller.",
    ON_HOLD: "Order status is on hold. Please process when order status update to awaiting shipment",
    AFTERSALE_OPEN: "Package item has after-sale request",
    BAD_ORDER_STATUS: "invalid order status",
    REVERSE_OPEN: "there are processing reverse order exists",
    REASON_UNFIT: "Reason not match order status",
}

HTTP_STATUSES: Json = {
    str(BAD_PATH): 404,
    str(INVALID): 400,
    str(TOKEN_EXPIRED): 401,
    str(TOO_MANY): 429,
    "36009003": 500,
    str(BAD_SIGN): 500,
}
"""Where somebody saw a status (reference 8.2); every other code answers with setting error_http_default."""


class ApiError(Exception):
    """Answered as the error envelope."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message or MESSAGES[code]


def bad_parameter(name: str, reason: str, expected: str) -> ApiError:
    """98001004. Also stands where the reference knows the rule but not the code (provider of another option)."""
    return ApiError(PARAMETER, f"Parameter {name} is invalid. Reason: {reason}. Expected: {expected}")


def invalid(message: str) -> ApiError:
    """36009004, the overloaded one; only its message tells what it means."""
    return ApiError(INVALID, message)
