"""Websites, store groups and store views (reference magento-rest.md 1, 12)."""

from tokbridge.sandbox.magento.refuse import Refused
from tokbridge.sandbox.magento.table import Load, Save
from tokbridge.sandbox.magento.values import Doc
from tokbridge.sandbox.wire import Reject

STATIC = "static/version1795304141/"
NO_STORE = "The store that was requested wasn't found. Verify the store and try again."


class Scope:
    """The tree of one installation: admin (0) and the website `base` with the store view `default` (1) to begin with."""

    def __init__(self, settings: Doc, save: Save, load: Load) -> None:
        self._settings = settings
        self._save = save
        kept = load("scope").get("all")
        self._doc: Doc = kept or {
            "websites": [
                {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
                {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
            ],
            "groups": [
                {
                    "id": 0,
                    "website_id": 0,
                    "root_category_id": 0,
                    "default_store_id": 0,
                    "name": "Default",
                    "code": "default",
                },
                {
                    "id": 1,
                    "website_id": 1,
                    "root_category_id": 2,
                    "default_store_id": 1,
                    "name": "Main Website Store",
                    "code": "main_website_store",
                },
            ],
            "stores": [
                {
                    "id": 1,
                    "code": "default",
                    "name": "Default Store View",
                    "website_id": 1,
                    "store_group_id": 1,
                    "is_active": 1,
                },
                {"id": 0, "code": "admin", "name": "Admin", "website_id": 0, "store_group_id": 0, "is_active": 1},
            ],
            "currencies": {},
        }

    @property
    def websites(self) -> list[Doc]:
        return list(self._doc["websites"])

    @property
    def groups(self) -> list[Doc]:
        return list(self._doc["groups"])

    @property
    def stores(self) -> list[Doc]:
        return list(self._doc["stores"])

    def store(self, wanted: int | str) -> Doc | None:
        """A store view by id or code."""
        key = "id" if isinstance(wanted, int) else "code"
        return next((one for one in self.stores if one[key] == wanted), None)

    def need_store(self, number: int) -> Doc:
        """A store view; 404 when there is none."""
        found = self.store(number)
        if found is None:
            raise Refused(NO_STORE, 404)
        return found

    def website_of(self, store_id: int | None) -> Doc:
        """The website of a store view; of the default view when null."""
        found = self.store(store_id if store_id is not None else 1) or self.stores[0]
        return next(one for one in self.websites if one["id"] == found["website_id"])

    def store_name(self, store: Doc) -> str:
        """What an order keeps of its store: website, group and view, one a line."""
        group = next(one for one in self.groups if one["id"] == store["store_group_id"])
        website = next(one for one in self.websites if one["id"] == store["website_id"])
        return f"{website['name']}\n{group['name']}\n{store['name']}"

    def currency(self, website_id: int) -> str:
        """Base currency of a website: its own or the setting `currency`."""
        return str(self._doc["currencies"].get(str(website_id)) or self._settings["currency"])

    def add_website(self, given: Doc) -> Doc:
        """{"code", "name", "currency"}: a website with a group of its own; its views follow by add_store."""
        code = str(given["code"])
        if any(one["code"] == code for one in self.websites):
            raise Reject(f"website {code} exists")
        number, group = len(self._doc["websites"]), len(self._doc["groups"])
        website = {"id": number, "code": code, "name": str(given.get("name", code)), "default_group_id": group}
        self._doc["websites"].append(website)
        self._doc["groups"].append(
            {
                "id": group,
                "website_id": number,
                "root_category_id": 2,
                "default_store_id": 0,
                "name": f"{website['name']} Store",
                "code": f"{code}_store",
            }
        )
        if given.get("currency"):
            self._doc["currencies"][str(number)] = str(given["currency"])
        self._keep()
        return website

    def add_store(self, given: Doc) -> Doc:
        """{"code", "name", "website"}: a store view."""
        code, website = str(given["code"]), str(given.get("website", "base"))
        if self.store(code) or code == "all":
            raise Reject(f"store {code} exists")
        site = next((one for one in self.websites if one["code"] == website), None)
        if site is None:
            raise Reject(f"no website {website}")
        group = next(one for one in self._doc["groups"] if one["website_id"] == site["id"])
        number = max(one["id"] for one in self.stores) + 1
        store = {
            "id": number,
            "code": code,
            "name": str(given.get("name", code)),
            "website_id": site["id"],
            "store_group_id": group["id"],
            "is_active": 1,
        }
        group["default_store_id"] = group["default_store_id"] or number
        self._doc["stores"].append(store)
        self._keep()
        return store

    def _keep(self) -> None:
        self._save("scope", "all", self._doc)

    def configs(self, base_url: str, codes: list[str]) -> list[Doc]:
        """store/storeConfigs: one entry a store view, the admin's not."""
        root = base_url.rstrip("/") + "/"
        shown = []
        for store in self.stores:
            if store["id"] == 0 or (codes and store["code"] not in codes):
                continue
            base = self.currency(store["website_id"])
            urls: Doc = {}
            for prefix in ("", "secure_"):
                urls |= {f"{prefix}base_{kind}": root for kind in ("url", "link_url")}
                urls |= {f"{prefix}base_static_url": root + STATIC, f"{prefix}base_media_url": root + "media/"}
            shown.append(
                {
                    "id": store["id"],
                    "code": store["code"],
                    "website_id": store["website_id"],
                    "locale": "en_US",
                    "base_currency_code": base,
                    "default_display_currency_code": base,
                    "timezone": self._settings["timezone"],
                    "weight_unit": self._settings["weight_unit"],
                    **urls,
                }
            )
        return shown
