"""Orders over HTTP."""

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import JSONResponse

from market.application import worth
from market.domain import Order
from market.utils import total

ROUTER = APIRouter()
USED = (BaseModel, JSONResponse, Order, total, worth)
