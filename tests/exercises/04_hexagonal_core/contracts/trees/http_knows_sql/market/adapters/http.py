"""Orders over HTTP."""

from fastapi import APIRouter

from market.adapters import sql
from market.application import worth

ROUTER = APIRouter()
USED = (sql, worth)
