"""Reading the catalogue over HTTP, and the shoppers of the demo."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from retrieval.catalogue import Item
from serving.identity import Identity
from serving.problems import Problem
from serving.services import Services


class ItemRoutes:
    """GET /items, /items/{item_id} and /demo/shoppers."""

    def __init__(self, services: Services, identity: Identity) -> None:
        self._services = services
        self._identity = identity

    def router(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/items", self.items)
        router.add_api_route("/items/{item_id}", self.item)
        router.add_api_route("/demo/shoppers", self.demo_shoppers)
        return router

    async def items(
        self,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
        category: Annotated[str | None, Query(max_length=200)] = None,
    ) -> dict[str, Any]:
        """A page of the catalogue in its own order; ``total`` counts what the category holds."""
        catalogue = self._services.catalogue
        wanted = category.casefold() if category else None
        found = [item for item in catalogue.values() if wanted is None or item.category.casefold() == wanted]
        return {
            "items": [summary(item) for item in found[offset : offset + limit]],
            "total": len(found),
            "limit": limit,
            "offset": offset,
            "categories": sorted(catalogue.vocabulary.categories),
        }

    async def item(self, item_id: str) -> dict[str, Any]:
        item = self._services.catalogue.get(item_id)
        if item is None:
            raise Problem(404, "There is no such item in the catalogue.", slug="unknown-item")
        return detail(item)

    async def demo_shoppers(self) -> list[dict[str, Any]]:
        """The shoppers that anyone may shop as, with how many events each has and a token to do so."""
        store = self._services.store
        shoppers = await asyncio.to_thread(store.shoppers, demo_only=True)
        counts = await asyncio.to_thread(store.event_counts)
        return [
            {
                "shopper_id": shopper.shopper_id,
                "name": shopper.name,
                "about": shopper.about,
                "events": counts.get(shopper.shopper_id, 0),
                "token": self._identity.token(shopper.shopper_id),
            }
            for shopper in shoppers
        ]


def summary(item: Item) -> dict[str, Any]:
    """What a product grid shows; ``rating`` is the mean in stars."""
    return {
        "item_id": item.item_id,
        "title": item.title,
        "brand": item.brand,
        "category": item.category,
        "kind": item.kind,
        "price": item.price,
        "currency": item.currency,
        "stock": item.stock,
        "in_stock": item.in_stock,
        "url": item.url,
        "image": item.image,
        "rating": None if item.mean_rating is None else round(item.mean_rating, 2),
        "reviews": len(item.reviews),
    }


def detail(item: Item) -> dict[str, Any]:
    """Everything that is known of an item."""
    return summary(item) | {
        "description": item.description,
        "attributes": [asdict(attribute) | {"text": attribute.text} for attribute in item.attributes],
        "reviews": [asdict(review) for review in item.reviews],
        "documents": [asdict(document) for document in item.documents],
    }
