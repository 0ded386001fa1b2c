"""Refusals: top-level GraphQL errors of the resolver family and userErrors (reference 6.3, families 3 and 4)."""

from graphql import GraphQLError

from tokbridge.sandbox.shopify.values import Doc


class Refused(Exception):
    """A mutation that changes nothing; its payload carries these userErrors."""

    def __init__(self, *errors: Doc) -> None:
        super().__init__(errors)
        self.errors = list(errors)


def user_error(field: list[str] | None, message: str, code: str | None = None) -> Doc:
    """One userError; list positions in `field` are strings."""
    return {"field": field, "message": message, "code": code}


def refuse(field: list[str] | None, message: str, code: str | None = None) -> Refused:
    """The common case of one userError."""
    return Refused(user_error(field, message, code))


def bad_request(message: str) -> GraphQLError:
    """BAD_REQUEST."""
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def top_error(code: str, message: str) -> GraphQLError:
    """Any other top-level error with a code."""
    return GraphQLError(message, extensions={"code": code})


def access_denied(field: str, required: str) -> GraphQLError:
    """ACCESS_DENIED: the field becomes null beside the error (reference 1.3)."""
    return GraphQLError(
        f"Access denied for {field} field. Required access: {required}",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": required,
        },
    )
