import json
import threading
import unittest
import urllib.error
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server

from notes.service import application
from notes.store import Store


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


class Service(unittest.TestCase):
    def setUp(self):
        self.server = make_server("127.0.0.1", 0, application(Store()), handler_class=Quiet)
        thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.server.server_port}{path}"
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data), timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def test_a_note_comes_back(self):
        self.assertEqual(self.ask("/notes", {"text": "milk"}), (201, {"number": 1}))
        self.assertEqual(self.ask("/notes/1"), (200, {"number": 1, "text": "milk"}))

    def test_all_notes(self):
        self.ask("/notes", {"text": "milk"})
        self.ask("/notes", {"text": "bread"})
        self.assertEqual([note["text"] for note in self.ask("/notes")[1]], ["milk", "bread"])

    def test_no_such_note(self):
        self.assertEqual(self.ask("/notes/7")[0], 404)
