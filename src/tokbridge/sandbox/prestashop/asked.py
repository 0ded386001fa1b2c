"""What a call asks for: resource, id, verb and format, from its path, parameters and headers (reference 2, 3)."""

from urllib.parse import unquote

from tokbridge.sandbox.wire import Call


def is_api(call: Call) -> bool:
    """Whether a path belongs to the webservice."""
    return call.path == "/api" or call.path.startswith("/api/")


def path_of(call: Call) -> str:
    """What stands behind /api/."""
    return unquote(call.path).removeprefix("/api").lstrip("/")


def resource_of(call: Call) -> str:
    """The resource of a call, "" for the root."""
    return path_of(call).split("/")[0]


def id_of(call: Call) -> str:
    """The id or ids in the path; "" for a list."""
    parts = path_of(call).split("/")
    return parts[1] if len(parts) > 1 else ""


def method(call: Call) -> str:
    """The verb, which ps_method may override."""
    return call.first("ps_method").upper() or call.method


def asks_json(call: Call) -> bool:
    """Whether JSON was asked for, by parameter or header; Accept is ignored."""
    wishes = (
        call.first("output_format"),
        call.first("io_format"),
        call.headers.get("Output-Format", ""),
        call.headers.get("Io-Format", ""),
    )
    return next((one for one in wishes if one), "").upper() == "JSON"
