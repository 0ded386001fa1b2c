"""The packages of an order: which lines each holds, its tracking, and what becomes of them (reference 4.1)."""

from tokbridge.sandbox.tiktok.steps import Steps
from tokbridge.sandbox.tiktok.world import Order, World
from tokbridge.sandbox.wire import Json


class Packages:
    """Makes and changes packages; saving the order is left to whoever asked."""

    def __init__(self, world: World, steps: Steps) -> None:
        self._world = world
        self._steps = steps

    def new(self, order: Order, lines: list[Json]) -> Json:
        """A package of these lines, taken out of whatever package held them."""
        now = self._now()
        ids = [line["id"] for line in lines]
        for held in [one for one in order.doc.get("packages", []) if one["id"] in self._world.packages]:
            old = self._world.packages[held["id"]]
            old["line_ids"] = [one for one in old["line_ids"] if one not in ids]
            self._world.save_package(old)
        package: Json = {
            "id": self._world.number("115"),
            "shop_id": order.shop_id,
            "order_id": order.id,
            "line_ids": ids,
            "status": "TO_FULFILL",
            "split": False,
            "create_time": now,
            "update_time": now,
        }
        for line in lines:
            line |= {"package_id": package["id"], "package_status": "TO_FULFILL"}
        self._world.save_package(package)
        # A package that lost all its lines is gone; the order lists only those that hold some.
        kept = [one for one in order.doc.get("packages", []) if self._world.packages[one["id"]]["line_ids"]]
        order.doc["packages"] = [*kept, {"id": package["id"]}]
        return package

    def track(self, order: Order, package: Json, tracking_number: str, provider: Json) -> None:
        """Set number and carrier of a package."""
        package |= {
            "tracking_number": tracking_number,
            "provider_id": provider["id"],
            "provider_name": provider["name"],
            "update_time": self._now(),
        }
        self._world.save_package(package)
        shown = {"tracking_number": tracking_number, "shipping_provider_id": provider["id"]}
        for line in order.live_lines:
            if line["id"] in package["line_ids"]:
                line.update(shown, shipping_provider_name=provider["name"])
        order.doc |= shown | {"shipping_provider": provider["name"]}

    def advance(self, order: Order, status: str, description: str) -> None:
        """Every package comes to a status; the tracking says so."""
        now = self._now()
        for package in self._world.packages_of(order):
            self._world.save_package(package | {"status": status, "update_time": now})
        for line in order.live_lines:
            line["package_status"] = status
        order.tracking.append(event(description, now))

    def cancel(self, order: Order) -> None:
        """The order ended; so do its packages."""
        for package in self._world.packages_of(order):
            self._world.save_package(package | {"status": "CANCELLED", "update_time": self._now()})

    def take_out(self, order: Order, line_ids: list[str]) -> list[str]:
        """Cancelled lines leave their packages, of which an empty one is cancelled; the ids of those that changed."""
        changed = []
        for package in self._world.packages_of(order):
            kept = [one for one in package["line_ids"] if one not in line_ids]
            if kept != package["line_ids"]:
                status = package["status"] if kept else "CANCELLED"
                now = {"line_ids": kept, "status": status, "update_time": self._now()}
                self._world.save_package(package | now)
                changed.append(package["id"])
        return changed

    def _now(self) -> int:
        return int(self._steps.now())


def event(description: str, at: int) -> Json:
    """One line of an order's tracking; `at` in Unix seconds."""
    return {"description": description, "update_time_millis": at * 1000, "action_code": 0}
