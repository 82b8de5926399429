"""Put the parts together: the one module that knows them all."""

### BEGIN SOLUTION
from fastapi import FastAPI

from market.adapters.http import routes
from market.adapters.sql import SqlMarkets
### END SOLUTION
### BEGIN STARTER
# from fastapi import FastAPI
#
# from market.adapters.http import routes
### END STARTER


def create_app(url: str) -> FastAPI:
    """The service on the database at this URL."""
    app = FastAPI(title="Markets")
    ### BEGIN SOLUTION
    app.include_router(routes(SqlMarkets(url)))
    ### END SOLUTION
    ### BEGIN STARTER
    # app.include_router(routes(url))
    ### END STARTER
    return app
