"""The service: a WSGI application over a store."""

import json


def application(store):
    """GET /notes, GET /notes/N, POST /notes with {"text": …}."""

    def answer(environ, start_response):
        status, body = _route(store, environ)
        data = json.dumps(body).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(data)))])
        return [data]

    return answer


def _route(store, environ):
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].rstrip("/")
    if path == "/notes" and method == "GET":
        return "200 OK", [{"number": number, "text": text} for number, text in store.all()]
    if path == "/notes" and method == "POST":
        return _add(store, environ)
    if path.startswith("/notes/") and method == "GET":
        return _one(store, path.rpartition("/")[2])
    return "404 Not Found", {"error": "no such place"}


def _add(store, environ):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    text = json.loads(environ["wsgi.input"].read(length))["text"]
    return "201 Created", {"number": store.add(text)}


def _one(store, number):
    text = store.get(int(number)) if number.isdigit() else None
    if text is None:
        return "404 Not Found", {"error": "no such note"}
    return "200 OK", {"number": int(number), "text": text}
