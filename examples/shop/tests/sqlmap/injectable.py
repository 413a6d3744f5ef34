"""A server whose every query is put together of text: what sqlmap must find, so that its silence about the shop means something.

Prints its port, and serves until its standard input ends.
"""

import json
import sqlite3
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PRODUCTS = [(1, "Plain Teapot"), (2, "Blue Lantern"), (3, "Old Notebook")]


def products(condition, order="id"):
    """The rows, or none where it is no SQL: nothing of the database's is told."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE products (id INTEGER, name TEXT)")
    db.executemany("INSERT INTO products VALUES (?, ?)", PRODUCTS)
    try:
        return db.execute(f"SELECT id, name FROM products WHERE {condition} ORDER BY {order}").fetchall()
    except (sqlite3.Error, sqlite3.Warning):
        return []
    finally:
        db.close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path, _, query = self.path.partition("?")
        query = dict(urllib.parse.parse_qsl(query))
        if path == "/search":
            self.answer(products(f"name LIKE '%{query.get('query', '')}%'"))
        elif path == "/list":
            self.answer(products("1=1", query.get("order_by", "id")))
        elif path == "/keyed":
            self.answer(products(f"name = '{self.headers.get('x-api-key', '')}'"))
        else:
            self.answer(products(f"id = {urllib.parse.unquote(path.rpartition('/')[2])}"))

    def do_POST(self):
        try:
            body = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            self.answer(products(f"name = '{body['name']}'"))
        except (ValueError, KeyError, TypeError):
            self.answer([])

    def answer(self, rows):
        body = json.dumps({"items": rows}).encode()
        self.send_response(200 if rows else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
