"""A class holds the factory; its bound methods are the routes, and responses are plain dicts with a status of their own."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Body, FastAPI
from fastapi.responses import JSONResponse

from pypatterns.market.application.ports import UnitOfWork
from pypatterns.market.domain.errors import InvalidMarket, SlugTaken
from pypatterns.market.domain.market import Market


class MarketsApi:
    def __init__(self, new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> None:
        self._new_unit = new_unit
        self._new_id = new_id

    async def create(self, body: Annotated[dict[str, Any], Body()]) -> JSONResponse:
        try:
            market = Market.create(id=self._new_id(), name=body["name"], slug=body["slug"])
            await self._store(market)
        except KeyError as error:
            return JSONResponse({"missing": str(error)}, 422)
        except InvalidMarket as error:
            return JSONResponse({"wrong": error.field}, 422)
        except SlugTaken:
            return JSONResponse({"wrong": "slug"}, 409)
        return JSONResponse(self._shown(market), 201)

    async def show(self, slug: str) -> JSONResponse:
        unit = self._new_unit()
        async with unit:
            found = await unit.markets.by_slug(slug)
        return JSONResponse(self._shown(found), 200) if found else JSONResponse(None, 404)

    async def _store(self, market: Market) -> None:
        async with self._new_unit() as unit:
            await unit.markets.add(market)
            await unit.commit()

    def _shown(self, market: Market) -> dict[str, Any]:
        names = ("id", "name", "slug", "status", "version")
        return {name: getattr(market, name) for name in names}


def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI:
    api = MarketsApi(new_unit, new_id)
    app = FastAPI(openapi_url=None)
    app.add_api_route("/markets", api.create, methods=["POST"])
    app.add_api_route("/markets/{slug}", api.show, methods=["GET"])
    return app
