from collections.abc import Callable

from fastapi import FastAPI

from pypatterns.market.application.ports import UnitOfWork

def create_app(new_unit: Callable[[], UnitOfWork], new_id: Callable[[], str]) -> FastAPI: ...
