"""`python -m notes`: the service on loopback."""

from wsgiref.simple_server import make_server

from notes.service import application
from notes.store import Store

with make_server("127.0.0.1", 8000, application(Store())) as server:
    server.serve_forever()
