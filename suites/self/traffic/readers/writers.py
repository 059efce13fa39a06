"""The table of writers: one exchange with one wrong answer, as each tool writes it.

Beside each stands the version whose source, documentation or files show the form.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any

import brotli
from backports import zstd

HOST, PATH = "acme.zendesk.com", "/api/v2/tickets/count.json"
URL = f"https://{HOST}{PATH}"
BODY = '{"count": {"value": "five", "refreshed_at": "2026-11-01T10:00:00Z"}}'
GZIPPED = gzip.compress(BODY.encode(), mtime=0)
TYPE = "application/json; charset=utf-8"
DATE = "Sun, 01 Nov 2026 10:00:00 GMT"
AT = 1793527200.0
"""The same moment in seconds."""


@dataclass(frozen=True)
class Writer:
    """A file of a tool, with what lies beside it in `files`."""

    tool: str
    file: str
    data: bytes
    files: tuple[tuple[str, bytes], ...] = ()
    exchanges: int = 1


def base64_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def har(response: dict[str, Any], request: dict[str, Any] | None = None, creator: str = "any", **entry: Any) -> bytes:
    """A HAR of one entry; what is given stands over what every writer has."""
    asked = {"method": "GET", "url": URL, "httpVersion": "http/2.0", "headers": [], "queryString": [], "cookies": []}
    asked |= {"headersSize": -1, "bodySize": 0} | (request or {})
    answer = {"status": 200, "statusText": "", "httpVersion": "http/2.0", "cookies": [], "redirectURL": ""}
    answer |= {"headers": [{"name": "content-type", "value": TYPE}], "headersSize": -1, "bodySize": -1}
    whole = {"startedDateTime": "2026-11-01T10:00:00.000Z", "time": 12.5, "cache": {}, "timings": {}}
    one = whole | entry | {"request": asked, "response": answer | response}
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "pages": [], "entries": [one]}
    return json.dumps({"log": log}).encode()


def content(**more: Any) -> dict[str, Any]:
    return {"content": {"size": len(BODY), "mimeType": TYPE} | more}


def with_encoding(packing: str) -> list[dict[str, str]]:
    return [{"name": "Content-Type", "value": TYPE}, {"name": "Content-Encoding", "value": packing}]


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def netstring(value: Any) -> bytes:
    """A value as mitmproxy's `io/tnetstring.py` writes it."""
    if value is None:
        return b"0:~"
    kind, data = {
        bool: lambda: (b"!", str(value).lower().encode()),
        int: lambda: (b"#", str(value).encode()),
        float: lambda: (b"^", repr(value).encode()),
        bytes: lambda: (b",", value),
        str: lambda: (b";", value.encode()),
        list: lambda: (b"]", b"".join(map(netstring, value))),
        dict: lambda: (b"}", b"".join(netstring(part) for pair in value.items() for part in pair)),
    }[type(value)]()
    return b"%d:%s%s" % (len(data), data, kind)


def flow(response: dict[str, Any] | None, error: Any = None) -> bytes:
    """A flow of mitmproxy 11 (format 21), as `HTTPFlow.get_state` gives it."""
    request: dict[str, Any] = {
        "http_version": b"HTTP/2.0", "headers": [[b"accept", b"*/*"]], "content": b"", "trailers": None,
        "timestamp_start": AT, "timestamp_end": AT, "host": "192.0.2.1", "port": 443, "method": b"GET",
        "scheme": b"https", "authority": HOST.encode(), "path": PATH.encode(),
    }  # fmt: skip
    state = {"version": 21, "type": "http", "id": "1", "error": error, "client_conn": {"tls": True}, "marked": ""}
    return netstring(state | {"request": request, "response": response, "websocket": None, "metadata": {}})


def flow_answer(**more: Any) -> dict[str, Any]:
    headers = [[b"content-type", TYPE.encode()], [b"content-encoding", b"gzip"]]
    whole = {"http_version": b"HTTP/2.0", "headers": headers, "content": GZIPPED, "trailers": None, "reason": b""}
    return whole | {"status_code": 200, "timestamp_start": AT, "timestamp_end": AT} | more


OLD_FLOW = netstring({
    b"version": [0, 10, 1], b"type": b"http", b"id": b"1", b"error": None,
    b"request": {
        b"httpversion": [1, 1], b"headers": [[b"Host", HOST.encode()]], b"content": b"", b"timestamp_start": AT,
        b"host": HOST.encode(), b"port": 443, b"method": b"GET", b"scheme": b"https", b"path": PATH.encode(),
    },
    b"response": {
        b"httpversion": [1, 1], b"code": 200, b"msg": b"OK", b"headers": [[b"Content-Type", TYPE.encode()]],
        b"content": BODY.encode(), b"timestamp_start": AT, b"timestamp_end": AT,
    },
})  # fmt: skip


def raw_answer(body: bytes, *more: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Date: {DATE}", f"Content-Type: {TYPE}", *more]
    return "\r\n".join([*lines, "", ""]).encode() + body


SAZ = {
    "[Content_Types].xml": b'<?xml version="1.0" encoding="utf-8"?><Types/>',
    "raw/1_c.txt": f"GET {URL} HTTP/1.1\r\nHost: {HOST}\r\nAccept: */*\r\n\r\n".encode(),
    "raw/1_m.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Session SID="1"/>',
    "raw/1_s.txt": raw_answer(
        b"%x\r\n%s\r\n0\r\n\r\n" % (len(GZIPPED), GZIPPED), "Transfer-Encoding: chunked", "Content-Encoding: gzip"
    ),
}


def cassette(response: dict[str, Any], request: dict[str, Any] | None = None) -> dict[str, Any]:
    asked = {
        "method": "get",
        "uri": URL,
        "body": {"encoding": "US-ASCII", "string": ""},
        "headers": {"Accept": ["*/*"]},
    }
    answer = {"status": {"code": 200, "message": "OK"}, "headers": {"Content-Type": [TYPE]}}
    return {"request": asked | (request or {}), "response": answer | response, "recorded_at": DATE}


RUBY_6 = f"""---
http_interactions:
- request:
    method: get
    uri: {URL}
    body:
      encoding: US-ASCII
      string: ''
    headers:
      Accept:
      - "*/*"
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - {TYPE}
    body:
      encoding: UTF-8
      string: '{BODY}'
  recorded_at: {DATE}
recorded_with: VCR 6.1.0
"""

RUBY_BINARY = f"""---
http_interactions:
- request:
    method: get
    uri: {URL}
    body:
      encoding: US-ASCII
      string: ''
    headers: {{}}
  response:
    status:
      code: 200
      message: OK
    headers:
      Content-Type:
      - {TYPE}
      Content-Encoding:
      - gzip
    body:
      encoding: ASCII-8BIT
      string: !binary |-
        {base64_of(GZIPPED)}
    http_version:
  recorded_at: {DATE}
recorded_with: VCR 2.9.3
"""

RUBY_BYTES = f"""---
http_interactions:
- request:
    method: !binary |-
      {base64_of(b"get")}
    uri: !binary |-
      {base64_of(URL.encode())}
    body:
      encoding: US-ASCII
      string: ''
    headers: {{}}
  response:
    status:
      code: 200
      message: !binary |-
        T0s=
    headers:
      !binary "Q29udGVudC1UeXBl":
      - !binary |-
        {base64_of(TYPE.encode())}
    body:
      encoding: UTF-8
      string: '{BODY}'
  recorded_at: {DATE}
"""

RUBY_1 = f"""---
- !ruby/struct:VCR::HTTPInteraction
  request: !ruby/struct:VCR::Request
    method: :get
    uri: https://{HOST}:443{PATH}
    body:
    headers:
  response: !ruby/struct:VCR::Response
    status: !ruby/struct:VCR::ResponseStatus
      code: 200
      message: OK
    headers:
      date:
      - {DATE}
      content-type:
      - {TYPE}
    body: '{BODY}'
    http_version: "1.1"
"""

RUBY_OBJECTS = f"""---
http_interactions:
- !ruby/object:VCR::HTTPInteraction
  request: !ruby/object:VCR::Request
    method: !ruby/symbol get
    uri: !ruby/object:URI::Generic::Text
      str: {URL}
    body: !ruby/string:Faraday::Body
      str: ''
      '@encoding': UTF-8
    headers: !ruby/hash:Faraday::Utils::Headers
      Accept: ['*/*']
  response: !ruby/object:VCR::Response
    status: !ruby/object:VCR::ResponseStatus
      code: 200
      message: !str OK
    headers: !ruby/hash-with-ivars:Faraday::Utils::Headers
      elements:
        Content-Type: !ruby/array:Values
          internal: [{TYPE}]
          ivars: {{}}
      ivars:
        :@names: {{}}
    body: !ruby/string:ActiveSupport::SafeBuffer
      str: '{BODY}'
      :@html_safe: true
  recorded_at: {DATE}
"""

RUBY_SYMBOLS = f"""---
:http_interactions:
- :request:
    :method: :get
    :uri: {URL}
    :body:
      :encoding: UTF-8
      :string: ''
    :headers: {{}}
  :response:
    :status:
      :code: 200
      :message: OK
    :headers:
      Content-Type:
      - {TYPE}
    :body:
      :encoding: UTF-8
      :string: '{BODY}'
  :recorded_at: 2026-11-01 10:00:00.000000000 Z
"""

SYCK = f"""---
- !ruby/struct:VCR::HTTPInteraction
  request: !ruby/struct:VCR::Request
    method: :get
    uri: {URL}
    body: !str
      str: ""
      "@read": true
    headers: {{}}

  response: !ruby/struct:VCR::Response
    status: !ruby/struct:VCR::ResponseStatus
      code: 200
      message: OK
    headers:
      content-type:
      - {TYPE}
      content-encoding:
      - gzip
      date:
      - {DATE}
    body: !binary |
      {base64_of(GZIPPED)}

    http_version: "1.1"
"""

PYTHON = f"""interactions:
- request:
    body: null
    headers:
      Accept: ['*/*']
    method: GET
    uri: {URL}
  response:
    body:
      string: !!binary |
        {base64_of(GZIPPED)}
    headers:
      Content-Encoding: [gzip]
      Content-Type: ['{TYPE}']
      Date: ['{DATE}']
    status: {{code: 200, message: OK}}
version: 1
"""

HTTPX = f"""interactions:
- request:
    body: ''
    headers:
      host: [{HOST}]
    method: GET
    uri: {URL}
  response:
    content: '{BODY}'
    headers:
      Content-Encoding: [gzip]
      Content-Type: ['{TYPE}']
      Date: ['{DATE}']
    http_version: HTTP/1.1
    status_code: 200
version: 1
"""

PYTHON_0 = f"""- request: !!python/object:vcr.request.Request
    body: null
    headers: !!python/object/apply:__builtin__.frozenset
    - - !!python/tuple [accept, '*/*']
    host: {HOST}
    method: GET
    path: {PATH}
    port: 443
    protocol: https
  response:
    body: {{string: !!python/unicode '{BODY}'}}
    headers: [!!python/unicode "content-type: application/json\\r\\n", !!python/unicode "date: {DATE}\\r\\n"]
    status: {{code: 200, message: OK}}
"""

GO_1 = f"""---
version: 1
interactions:
- request:
    body: ""
    form: {{}}
    headers: {{}}
    url: {URL}
    method: GET
  response:
    body: '{BODY}'
    headers:
      Content-Type:
      - {TYPE}
      Date:
      - {DATE}
    status: 200 OK
    code: 200
    duration: ""
"""

GO_2 = f"""---
version: 2
interactions:
    - id: 0
      request:
        proto: HTTP/1.1
        proto_major: 1
        proto_minor: 1
        content_length: 0
        transfer_encoding: []
        trailer: {{}}
        host: {HOST}
        remote_addr: ""
        request_uri: ""
        body: ""
        form: {{}}
        headers: {{}}
        url: {URL}
        method: GET
      response:
        proto: HTTP/2.0
        proto_major: 2
        proto_minor: 0
        transfer_encoding: []
        trailer: {{}}
        content_length: -1
        uncompressed: true
        body: '{BODY}'
        headers:
            Content-Type:
                - {TYPE}
            Date:
                - {DATE}
        status: 200 OK
        code: 200
        duration: 106.6ms
"""

R_1 = f"""http_interactions:
- request:
    method: get
    uri: {URL}
    body:
      encoding: ''
      string: ''
    headers:
      Accept: application/json
  response:
    status:
      status_code: 200
      category: Success
      reason: OK
      message: 'Success: (200) OK'
    headers:
      content-type: {TYPE}
    body:
      encoding: UTF-8
      file: no
      string: '{BODY}'
  recorded_at: 2026-11-01 10:00:00 GMT
  recorded_with: vcr/1.2.0, webmockr/1.0.0
"""

R_2 = f"""http_interactions:
- request:
    method: GET
    uri: {URL}
  response:
    status: 200
    headers:
      Content-Type: {TYPE}
    body:
      raw_gzip: {base64_of(GZIPPED)}
  recorded_at: 2026-11-01 10:00:00
recorded_with: VCR-vcr/2.0.0
"""

R_DISK = R_2.replace(f"raw_gzip: {base64_of(GZIPPED)}", "on_disk: files/count.json")

PHP = f"""
-
    request:
        method: GET
        url: '{URL}'
        headers:
            Host: {HOST}
    response:
        status:
            code: 200
            message: OK
        headers:
            Content-Type: '{TYPE}'
            Date: '{DATE}'
        body: '{BODY}'
        curl_info:
            url: '{URL}'
            http_code: 200
"""

PHP_OLD = PHP.replace("        status:\n            code: 200\n            message: OK", "        status: 200")

EXVCR = [{
    "request": {"body": "", "headers": {}, "method": "get", "options": [], "request_body": "", "url": URL},
    "response": {
        "binary": True,
        "body": base64_of(b"\x83m" + len(GZIPPED).to_bytes(4, "big") + GZIPPED),
        "headers": {"Content-Type": TYPE, "Content-Encoding": "gzip", "Date": DATE},
        "status_code": 200,
        "type": "ok",
    },
}]  # fmt: skip


def nock(**more: Any) -> bytes:
    whole = {"scope": f"https://{HOST}:443", "method": "GET", "path": PATH, "body": "", "status": 200}
    raw = ["Content-Type", TYPE, "Date", DATE]
    return json.dumps(
        [whole | {"response": json.loads(BODY), "rawHeaders": raw, "responseIsBinary": False} | more]
    ).encode()


EASYVCR = [{
    "Duration": 100,
    "RecordedAt": "2026-11-01T10:00:00+00:00",
    "Request": {
        "Body": "", "BodyContentType": "Text", "ContentHeaders": {}, "Method": "GET", "RequestHeaders": {}, "Uri": URL,
    },
    "Response": {
        "Body": BODY, "BodyContentType": "Json", "ContentHeaders": {"Content-Type": TYPE}, "HttpVersion": "1.1",
        "ResponseHeaders": {"Date": DATE}, "Status": {"Code": 200, "Message": "OK"},
    },
}]  # fmt: skip

EASYVCR_GO = [{
    "id": "1", "duration": 10, "recorder": "EasyVCR", "recordedAt": "2026-11-01T10:00:00Z",
    "request": {"method": "GET", "uri": URL, "body": None, "headers": {}},
    "response": {
        "status": {"code": 200, "message": "OK"}, "headers": {"Content-Type": TYPE}, "body": BODY, "httpVersion": "1.1",
    },
}]  # fmt: skip

POSTMAN_HEADERS = [{"key": "Content-Type", "value": TYPE}, {"key": "Date", "value": DATE}]
POSTMAN = {
    "info": {
        "_postman_id": "1", "name": "Help desk",
        "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json",
    },
    "item": [{"name": "Tickets", "item": [{
        "name": "Count",
        "request": {"method": "GET", "header": [], "url": "{{base}}/tickets/count.json"},
        "response": [{
            "name": "200",
            "originalRequest": {
                "method": "GET", "header": [],
                "url": {"raw": "{{base}}/tickets/:what.json", "host": ["{{base}}"], "path": ["tickets", ":what.json"],
                        "variable": [{"key": "what.json", "value": "count.json"}]},
            },
            "status": "OK", "code": 200, "_postman_previewlanguage": "json", "header": POSTMAN_HEADERS, "cookie": [],
            "responseTime": None, "body": BODY,
        }],
    }]}],
    "variable": [{"key": "base", "value": f"https://{HOST}/api/v2"}],
}  # fmt: skip

POSTMAN_1 = {
    "id": "1", "name": "Help desk", "order": ["2"], "folders": [],
    "requests": [{
        "id": "2", "name": "Count", "method": "GET", "url": URL, "headers": "Accept: */*\n",
        "dataMode": "params", "data": [],
        "responses": [{
            "name": "200", "responseCode": {"code": 200, "name": "OK"}, "time": 12, "text": BODY,
            "headers": [{"name": "Content-Type", "key": "Content-Type", "value": TYPE}, {"key": "Date", "value": DATE}],
        }],
    }],
}  # fmt: skip


def newman(**more: Any) -> bytes:
    address = {"protocol": "https", "path": PATH[1:].split("/"), "host": HOST.split("."), "query": [], "variable": []}
    stream = {"type": "Buffer", "data": list(BODY.encode())}
    answer = {"id": "1", "status": "OK", "code": 200, "header": POSTMAN_HEADERS, "stream": stream, "responseTime": 12}
    execution = {
        "cursor": {"position": 0}, "item": {"id": "2", "name": "Count"},
        "request": {"url": address, "header": [{"key": "Accept", "value": "*/*", "system": True}], "method": "GET"},
        "response": answer, "id": "2",
    }  # fmt: skip
    report = {"collection": {"item": [], "info": {}}, "environment": {}, "run": {"executions": [execution | more]}}
    return json.dumps(report).encode()


INSOMNIA_4 = {
    "_type": "export", "__export_format": 4, "__export_source": "insomnia.desktop.app:v9.0.0",
    "resources": [
        {"_id": "wrk_1", "_type": "workspace", "name": "Help desk"},
        {"_id": "mock_1", "_type": "mock", "parentId": "wrk_1", "url": f"https://{HOST}"},
        {
            "_id": "mock-route_1", "_type": "mock_route", "parentId": "mock_1", "name": PATH, "method": "GET",
            "headers": [{"name": "Date", "value": DATE}], "statusCode": 200, "statusText": "", "body": BODY,
            "mimeType": "application/json",
        },
    ],
}  # fmt: skip

INSOMNIA_5 = f"""type: mock.insomnia.rest/5.0
name: Help desk
meta:
  id: wrk_1
server:
  url: https://{HOST}
  useInsomniaCloud: false
routes:
  - name: {PATH}
    meta:
      id: mock-route_1
    body: '{BODY}'
    headers:
      - name: Content-Type
        value: {TYPE}
      - name: Date
        value: {DATE}
    method: GET
    statusCode: 200
    statusText: ""
"""


def stub(**response: Any) -> dict[str, Any]:
    headers = {"Content-Type": TYPE, "Date": DATE}
    return {"id": "1", "name": "api_v2_tickets_countjson", "request": {"url": PATH, "method": "GET"},
            "response": {"status": 200, "headers": headers} | response, "uuid": "1", "persistent": True}  # fmt: skip


EVENTS = {
    "requests": [{
        "id": "1",
        "request": {
            "url": PATH, "absoluteUrl": URL, "method": "GET", "clientIp": "127.0.0.1", "headers": {"Host": HOST},
            "cookies": {}, "browserProxyRequest": False, "loggedDate": int(AT * 1000), "bodyAsBase64": "", "body": "",
            "protocol": "HTTP/1.1", "loggedDateString": "2026-11-01T10:00:00.000Z", "queryParams": {},
        },
        "responseDefinition": {"status": 200, "proxyBaseUrl": f"https://{HOST}", "fromConfiguredStub": True},
        "response": {
            "status": 200, "headers": {"Content-Type": TYPE, "Content-Encoding": "gzip"},
            "bodyAsBase64": base64_of(GZIPPED), "body": "\ufffd",
        },
        "wasMatched": True, "timing": {"addedDelay": 0},
    }],
    "meta": {"total": 1}, "requestJournalDisabled": False,
}  # fmt: skip


def exact(value: str) -> list[dict[str, str]]:
    return [{"matcher": "exact", "value": value}]


def simulation(version: str, request: dict[str, Any], **response: Any) -> bytes:
    answer = {"status": 200, "body": BODY, "encodedBody": False, "headers": {"Content-Type": [TYPE], "Date": [DATE]}}
    pairs = [{"request": request, "response": answer | {"templated": False} | response}]
    meta = {"schemaVersion": version, "hoverflyVersion": "v1.10.0", "timeExported": "2026-11-01T10:00:00Z"}
    actions = {"delays": [], "delaysLogNormal": []}
    return json.dumps({"data": {"pairs": pairs, "globalActions": actions}, "meta": meta}).encode()


HOVERFLY_5 = {
    "path": exact(PATH), "method": exact("GET"), "destination": exact(HOST), "scheme": exact("https"),
    "body": exact(""), "headers": {"Accept": exact("*/*")}, "query": {},
}  # fmt: skip
HOVERFLY_1 = {
    "requestType": "recording", "path": PATH, "method": "GET", "destination": HOST, "scheme": "https", "query": "",
    "body": "", "headers": {"Accept": ["*/*"]},
}  # fmt: skip
HOVERFLY_3 = {
    "path": {"exactMatch": PATH}, "method": {"exactMatch": "GET"}, "destination": {"exactMatch": HOST},
    "scheme": {"exactMatch": "https"}, "query": {"exactMatch": ""}, "body": {"exactMatch": ""},
}  # fmt: skip

CHARLES_SESSION = [{
    "status": "COMPLETE", "method": "GET", "protocolVersion": "HTTP/2", "scheme": "https", "host": HOST,
    "actualPort": 443, "path": PATH, "query": None, "tunnel": False, "times": {"start": "2026-11-01T10:00:00.000Z"},
    "request": {"sizes": {"headers": 0, "body": 0}, "header": {"headers": [{"name": ":method", "value": "GET"}]}},
    "response": {
        "status": 200, "mimeType": "application/json", "charset": "utf-8",
        "header": {"headers": [{"name": "content-type", "value": TYPE}, {"name": "content-encoding", "value": "gzip"}]},
        "body": {"encoding": "base64", "encoded": base64_of(GZIPPED)},
    },
}]  # fmt: skip

KONG = {
    "request": {
        "querystring": {}, "size": 138, "uri": PATH, "url": URL, "headers": {"host": HOST, "accept": "*/*"},
        "method": "GET",
    },
    "response": {"headers": {"content-type": TYPE, "via": "1.1 kong/3.8.0"}, "status": 200, "size": 827, "body": BODY},
    "latencies": {"request": 173, "kong": 1, "proxy": 171}, "client_ip": "192.0.2.7", "started_at": int(AT * 1000),
    "service": {"host": HOST, "protocol": "https"}, "route": {"paths": ["/"]}, "tries": [{"port": 443}],
}  # fmt: skip

ENVOY_ASKED = [
    {"key": ":authority", "value": HOST}, {"key": ":path", "value": PATH}, {"key": ":method", "value": "GET"},
    {"key": ":scheme", "value": "https"}, {"key": "accept", "value": "*/*"},
]  # fmt: skip
ENVOY_ANSWERED = [
    {"key": ":status", "value": "200"}, {"key": "date", "value": DATE}, {"key": "content-type", "value": TYPE},
]  # fmt: skip


def envoy(**body: Any) -> bytes:
    request = {"headers": ENVOY_ASKED, "trailers": [], "body": None}
    response = {"headers": ENVOY_ANSWERED, "trailers": [], "body": {"truncated": False} | body}
    return json.dumps({"http_buffered_trace": {"request": request, "response": response}}, indent=1).encode()


def envoy_stream() -> bytes:
    half = len(BODY) // 2
    parts: list[dict[str, Any]] = [{"request_headers": {"headers": ENVOY_ASKED}}]
    parts += [{"response_headers": {"headers": ENVOY_ANSWERED}}]
    parts += [
        {"response_body_chunk": {"truncated": False, "as_bytes": base64_of(part.encode())}}
        for part in (BODY[:half], BODY[half:])
    ]
    parts += [{"response_trailers": {"headers": []}}]
    wrapped = [{"http_streamed_trace_segment": {"trace_id": "11638135731790493088"} | part} for part in parts]
    return "\n".join(json.dumps(one, indent=1) for one in wrapped).encode()


NGINX = {
    "time_iso8601": "2026-11-01T10:00:00+00:00", "remote_addr": "192.0.2.7", "host": HOST, "request_method": "GET",
    "request_uri": PATH, "status": "200", "request_body": "", "resp_body": BODY, "sent_http_content_type": TYPE,
    "request_time": "0.012", "http_user_agent": "curl",
}  # fmt: skip

GATEWAY = f"""(abc-123) Extended Request Id: xyz=
(abc-123) Verifying Usage Plan for request: abc-123. API Key:  API Stage: a1b2c3/prod
(abc-123) Starting execution for request: abc-123
(abc-123) HTTP Method: GET, Resource Path: /api/v2/tickets/{{what}}
(abc-123) Method request path: {{what=count.json}}
(abc-123) Method request query string: {{}}
(abc-123) Method request headers: {{Host={HOST}, Accept=text/html, application/json}}
(abc-123) Method request body before transformations:
(abc-123) Endpoint response body before transformations: {BODY}
(abc-123) Method response body after transformations: {BODY.replace(": {", ": {" + chr(10) + "  ", 1)}
(abc-123) Method response headers: {{Content-Type={TYPE}, Date={DATE}}}
(abc-123) Successfully completed execution
(abc-123) Method completed with status: 200
"""

CONSOLE = "Execution log for request abc-123\n" + "\n".join(
    f"Sun Nov 01 10:00:00 UTC 2026 : {line.removeprefix('(abc-123) ')}" if line.startswith("(") else line
    for line in GATEWAY.splitlines()
)

CLOUDWATCH = {
    "events": [
        {"timestamp": int(AT * 1000), "message": f"(abc-123) {message}", "ingestionTime": 1}
        for message in GATEWAY.removeprefix("(abc-123) ").split("\n(abc-123) ")
    ]
}


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


PLAIN = har(content(text=BODY), creator="WebInspector")
PSEUDO = [{"name": ":authority", "value": HOST}, {"name": ":method", "value": "GET"}, {"name": ":path", "value": PATH}]
SPLIT_DATE = [{"name": "Date", "value": "Sun"}, {"name": "Date", "value": "01 Nov 2026 10:00:00 GMT"}]

WRITERS = (
    # Chrome 111: mitmproxy's test data `har_files/chrome.har`; DevTools' HARLog.ts.
    Writer("Chrome", "chrome.har", har(content(text=BODY), {"headers": PSEUDO}, "WebInspector", _resourceType="xhr")),
    Writer("Chrome, body in base64", "chrome.har", har(content(text=base64_of(BODY.encode()), encoding="base64"))),
    Writer("Chrome, from the disk cache", "chrome.har", har(content(text=BODY), _fromCache="disk")),
    # Firefox 111 and Safari (WebKit Web Inspector 1.0): mitmproxy's test data.
    Writer("Firefox", "firefox.har", har(content(text=BODY), {"headersSize": 625}, "Firefox", pageref="page_1")),
    Writer("Safari", "safari.har", har(content(text=BODY, compression=0), creator="WebKit Web Inspector")),
    # Charles 4.6: mitmproxy's test data. Fiddler and Proxyman: HAR 1.2 with `\ufeff`, and without the type as header.
    Writer("Charles", "charles.har", har(content(text=BODY) | {"_charlesStatus": "COMPLETE"}, creator="Charles Proxy")),
    Writer("Charles, JSON session", "session.chlsj", as_json(CHARLES_SESSION)),
    Writer("Fiddler, HAR", "fiddler.har", b"\xef\xbb\xbf" + har(content(text=BODY), creator="Fiddler")),
    Writer("Fiddler, archive", "sessions.saz", zipped(**SAZ)),
    Writer("Proxyman", "proxyman.har", har(content(text=BODY) | {"headers": []}, creator="Proxyman")),
    # Insomnia 2022.1: mitmproxy's test data.
    Writer("Insomnia, HAR", "insomnia.har", har(
        content(text=BODY), {"postData": {"mimeType": "", "text": "", "params": []}}, "Insomnia REST Client"
    )),
    # mitmproxy 11: `addons/savehar.py`, `io/tnetstring.py`, `flow.py`; 0.10: its test data `dumpfile-010.mitm`.
    Writer("mitmproxy, HAR", "mitmproxy.har", har(content(text=BODY, compression=0), creator="mitmproxy")),
    Writer("mitmproxy, compressed HAR", "mitmproxy.zhar", zlib.compress(PLAIN)),
    Writer("mitmproxy, dump", "flows.mitm", flow(flow_answer())),
    Writer("mitmproxy 0.10, dump", "flows", OLD_FLOW),
    # Playwright 1.5x: `server/har/harTracer.ts`, `server/harBackend.ts`.
    Writer("Playwright", "pw.har", har(content(text=BODY), creator="Playwright")),
    Writer("Playwright, split date", "pw.har", har(
        content(text=BODY) | {"headers": [*SPLIT_DATE, *with_encoding("br")]}
    )),
    Writer("Playwright, attached body", "pw.har", har(content(_file="5f0c.json")), (("5f0c.json", BODY.encode()),)),
    Writer("Playwright, zip", "pw.zip", zipped(**{
        "har.har": har(content(_file="5f0c.json")), "5f0c.json": BODY.encode(),
    })),
    # Polly.JS 6: `adapter-node-http/src/index.js`; before 5 it wrote hexadecimal and `_isBinary`.
    Writer("Polly.JS, one chunk", "recording.har", har(
        content(text=base64_of(GZIPPED), encoding="base64") | {"headers": with_encoding("gzip")}, creator="Polly.JS"
    )),
    Writer("Polly.JS, chunks", "recording.har", har(content(
        text=json.dumps([base64_of(GZIPPED[:20]), base64_of(GZIPPED[20:])]), encoding="base64"
    ) | {"headers": with_encoding("gzip")}, creator="Polly.JS")),
    Writer("Polly.JS, br", "recording.har", har(content(
        text=json.dumps([base64_of(brotli.compress(BODY.encode()))]), encoding="base64"
    ) | {"headers": with_encoding("br")}, creator="Polly.JS")),
    Writer("Polly.JS, hexadecimal", "recording.har", har(
        content(text=GZIPPED.hex(), encoding="hex") | {"headers": with_encoding("gzip")}, creator="Polly.JS"
    )),
    Writer("Polly.JS 4, chunks", "recording.har", har(
        content(text=json.dumps([GZIPPED[:9].hex(), GZIPPED[9:].hex()]), _isBinary=True)
        | {"headers": with_encoding("gzip")}, creator="Polly.JS"
    )),
    Writer("Polly.JS 1, chunks", "recording.har", har(content(
        text=json.dumps([GZIPPED[:9].hex(), GZIPPED[9:].hex()])
    ) | {
        "headers": [*with_encoding("gzip"), {"name": "set-cookie", "value": ["a=b; path=/"]}],
    }, {"headers": [{"name": "accept", "value": ["*/*"]}]}, creator="Polly.JS")),
    Writer("Polly.JS, chunks without an encoding", "recording.har", har(content(
        text=json.dumps([base64_of(GZIPPED)])
    ) | {"headers": with_encoding("gzip")}, creator="Polly.JS")),
    # Recorders that keep what came, and name zstd.
    Writer("zstd body", "recording.har", har(content(
        text=base64_of(zstd.compress(BODY.encode())), encoding="base64"
    ) | {"headers": with_encoding("zstd")})),
    # VCR 6.4 (Ruby): `lib/vcr/structs.rb`, `spec/fixtures/cassette_spec/1_x_cassette.yml`, `cassette/migrator.rb`.
    Writer("VCR 6 (Ruby)", "ruby.yml", RUBY_6.encode()),
    Writer("VCR 2 (Ruby), binary", "ruby.yml", RUBY_BINARY.encode()),
    Writer("VCR 1 (Ruby), structs", "ruby.yml", RUBY_1.encode()),
    Writer("VCR 1 (Ruby), syck", "ruby.yml", SYCK.encode()),
    Writer("VCR (Ruby), objects", "ruby.yml", RUBY_OBJECTS.encode()),
    Writer("VCR (Ruby), symbols", "ruby.yml", RUBY_SYMBOLS.encode()),
    Writer("VCR (Ruby), exact bytes", "ruby.json", as_json({"http_interactions": [
        cassette({"body": {"encoding": "UTF-8", "base64_string": base64_of(BODY.encode()) + "\n"}})
    ]})),
    # vcrpy 8: `vcr/serialize.py`, `tests/fixtures/migration/`. betamax 0.9: `serializers/`.
    Writer("vcrpy", "python.yaml", PYTHON.encode()),
    Writer("vcrpy, JSON", "python.json", as_json({"version": 1, "interactions": [
        cassette({"body": {"string": BODY}}, {"method": "GET", "body": None})
    ]})),
    Writer("vcrpy 4, httpx", "python.yaml", HTTPX.encode()),
    Writer("vcrpy 0", "python.yaml", PYTHON_0.encode()),
    Writer("betamax", "betamax.json", as_json({"http_interactions": [cassette({
        "body": {"encoding": "utf-8", "base64_string": base64_of(GZIPPED), "string": ""},
        "headers": {"Content-Type": [TYPE], "Content-Encoding": ["gzip"]}, "url": URL,
    }) | {"recorded_at": "2026-11-01T10:00:00"}], "recorded_with": "betamax/0.9.0"})),
    # go-vcr 1 and 4: `recorder/recorder.go`, `pkg/cassette/cassette.go`; 3 and 4 write version 2.
    Writer("go-vcr 1", "go.yaml", GO_1.encode()),
    Writer("go-vcr 3 and 4", "go.yaml", GO_2.encode()),
    # vcr (R) 1.2 and 2.0: `R/serialize-*.R`, `tests/testthat/_vcr/integration.yml`.
    Writer("vcr 1 (R)", "r.yml", R_1.encode()),
    Writer("vcr 2 (R)", "r.yml", R_2.encode()),
    Writer("vcr 2 (R), on disk", "r.yml", R_DISK.encode(), (("files/count.json", BODY.encode()),)),
    # php-vcr 1.8: `src/VCR/Response.php`, `tests/fixtures/unittest_curl_test`.
    Writer("php-vcr", "php.yml", PHP.encode()),
    Writer("php-vcr, status alone", "php", PHP_OLD.encode()),
    # exvcr 0.17: `lib/exvcr/json.ex`, `fixture/vcr_cassettes/hackney_get_gzipped.json`.
    Writer("exvcr", "elixir.json", as_json(EXVCR)),
    Writer("exvcr, httpc", "elixir.json", as_json([EXVCR[0] | {
        "response": EXVCR[0]["response"] | {"status_code": ["HTTP/1.1", 200, "OK"]},
    }])),
    # nock 14: `lib/recorder.js`.
    Writer("nock", "nock.json", nock()),
    Writer("nock, packed", "nock.json", nock(
        response=[GZIPPED[:15].hex(), GZIPPED[15:].hex()],
        rawHeaders=["Content-Type", TYPE, "Content-Encoding", "gzip", "Date", DATE],
    )),
    Writer("nock, binary", "nock.json", nock(response=BODY.encode().hex(), responseIsBinary=True)),
    # EasyVCR: C# 0.11 `RequestElements/`; the other languages write their own spelling of the same names.
    Writer("EasyVCR (C#)", "easy.json", as_json(EASYVCR)),
    Writer("EasyVCR (Go)", "easy.json", as_json(EASYVCR_GO)),
    # Postman collection schema 2.1.0 and 1.0.0; Newman 6: `lib/reporters/json`, `lib/run/summary.js`.
    Writer("Postman", "postman.json", as_json(POSTMAN)),
    Writer("Postman's API", "postman.json", as_json({"collection": POSTMAN})),
    Writer("Postman 1", "postman.json", as_json(POSTMAN_1)),
    Writer("Newman", "newman.json", newman()),
    # Insomnia 9 (`models/mock-route.ts`) and 11 (`common/import-v5-parser.ts`).
    Writer("Insomnia 4", "insomnia.json", as_json(INSOMNIA_4)),
    Writer("Insomnia 5", "insomnia.yaml", INSOMNIA_5.encode()),
    # WireMock 3: `ResponseDefinition.java`, `LoggedRequest.java`, `LoggedResponse.java`.
    Writer("WireMock, text", "count.json", as_json(stub(body=BODY))),
    Writer("WireMock, value", "count.json", as_json(stub(jsonBody=json.loads(BODY)))),
    Writer("WireMock, base64", "count.json", as_json(stub(base64Body=base64_of(BODY.encode())))),
    Writer("WireMock, file", "mappings/count.json", as_json(stub(bodyFileName="a/count.json")),
           (("__files/a/count.json", BODY.encode()),)),
    Writer("WireMock, all stubs", "stubs.json", as_json({"mappings": [stub(body=BODY)], "meta": {"total": 1}})),
    Writer("WireMock, requests", "requests.json", as_json(EVENTS)),
    # Hoverfly 1.10: `core/handlers/v2/simulation_views_v1.go` to `_v5.go`.
    Writer("Hoverfly 5", "hoverfly.json", simulation("v5.2", HOVERFLY_5)),
    Writer("Hoverfly 5, packed", "hoverfly.json", simulation(
        "v5.2", HOVERFLY_5, body=base64_of(GZIPPED), encodedBody=True,
        headers={"Content-Type": [TYPE], "Content-Encoding": ["gzip"], "Date": [DATE]},
    )),
    Writer("Hoverfly 5, file", "hoverfly.json", simulation("v5.2", HOVERFLY_5, body="", bodyFile="count.json"),
           (("count.json", BODY.encode()),)),
    Writer("Hoverfly 3", "hoverfly.json", simulation("v3", HOVERFLY_3)),
    Writer("Hoverfly 1", "hoverfly.json", simulation("v1", HOVERFLY_1)),
    Writer("Hoverfly, journal", "journal.json", as_json({"journal": [{
        "request": HOVERFLY_1, "response": {"status": 200, "body": BODY, "encodedBody": False,
                                            "headers": {"Content-Type": [TYPE]}},
        "mode": "capture", "timeStarted": "2026-11-01T10:00:00.000Z", "latency": 12,
    }], "offset": 0, "limit": 25, "total": 1})),
    # Kong's page "HTTP Log: log format" (3.8); bodies are what `custom_fields_by_lua` or a plugin adds.
    Writer("Kong", "kong.log", as_json(KONG)),
    Writer("Kong, batch", "kong.json", as_json([KONG])),
    # Envoy's API v3, data/tap/v3: `http.proto`, `common.proto`; a page of its output in `envoy_tap` examples.
    Writer("Envoy, bytes", "_47.json", envoy(as_bytes=base64_of(BODY.encode()))),
    Writer("Envoy, text", "_47.json", envoy(as_string=BODY)),
    Writer("Envoy, streamed", "_47.json", envoy_stream()),
    # nginx: ngx_http_log_module with `escape=json`; `resp_body` is what guides call the variable that Lua fills.
    Writer("nginx", "access.log", as_json(NGINX) + b"\n"),
    Writer("nginx, request line", "access.log", as_json({
        "request": f"GET {PATH} HTTP/1.1", "status": 200, "http_host": HOST, "response_body": BODY,
        "msec": "1793527200.000",
    })),
    # Amazon's page "Set up CloudWatch logging for REST APIs"; `aws apigateway test-invoke-method`.
    Writer("API Gateway, execution log", "gateway.log", GATEWAY.encode()),
    Writer("API Gateway, console", "gateway.log", CONSOLE.encode()),
    Writer("API Gateway, CloudWatch", "gateway.json", as_json(CLOUDWATCH)),
    Writer("API Gateway, test", "gateway.json", as_json({"status": 200, "body": BODY, "log": CONSOLE, "latency": 400})),
    # Packed, in other encodings, and one a line.
    Writer("gzip", "chrome.har.gz", gzip.compress(PLAIN, mtime=0)),
    Writer("gzip of a cassette", "ruby.yml.gz", gzip.compress(RUBY_1.encode(), mtime=0)),
    Writer("zstd", "chrome.har.zst", zstd.compress(PLAIN)),
    Writer("zstd of a log", "kong.log.zst", zstd.compress(as_json(KONG))),
    Writer("zip", "recordings.zip", zipped(**{"a/chrome.har": PLAIN})),
    Writer("UTF-16", "chrome.har", PLAIN.decode().encode("utf-16")),
    Writer("UTF-16 without a mark", "chrome.har", PLAIN.decode().encode("utf-16-le")),
    Writer("UTF-16, YAML", "ruby.yml", RUBY_6.encode("utf-16")),
    Writer("a byte order mark, JSON", "nock.json", b"\xef\xbb\xbf" + nock()),
    Writer("HAR, one a line", "chrome.har", PLAIN + b"\n" + PLAIN + b"\n", exchanges=2),
    Writer("entries, one a line", "entries.jsonl", b"\n".join([as_json(json.loads(PLAIN)["log"]["entries"][0])] * 3),
           exchanges=3),
    Writer("cassettes, one a line", "vcr.ndjson", b"\n".join([as_json({"http_interactions": [
        cassette({"body": {"string": BODY}})
    ]})] * 2), exchanges=2),
    Writer("log, one a line", "kong.log", b"\n".join([as_json(KONG)] * 4), exchanges=4),
    Writer("entries, in a list", "entries.json", as_json(json.loads(PLAIN)["log"]["entries"] * 2), exchanges=2),
    Writer("a body as a value", "value.har", har(content(text=json.loads(BODY)))),
    Writer("a status with its text", "status.har", har(content(text=BODY) | {"status": "200 OK"})),
    Writer("a cassette with a value", "value.json", as_json({"interactions": [cassette({"body": json.loads(BODY)})]})),
    Writer("VCR 2 (Ruby), all in bytes", "ruby.yml", RUBY_BYTES.encode()),
    Writer("JSON of another order", "late.json", as_json({"x": 1, "log": json.loads(PLAIN)["log"]})),
)  # fmt: skip
