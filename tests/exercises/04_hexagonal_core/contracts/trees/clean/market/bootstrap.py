"""Puts the parts together."""

from fastapi import FastAPI
from sqlalchemy import create_engine

from market.adapters import http, sql
from market.application import worth
from market.domain import Order

USED = (FastAPI, Order, create_engine, http, sql, worth)
