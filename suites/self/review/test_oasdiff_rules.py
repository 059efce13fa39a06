"""The rules of oasdiff, each with a pair of our own, and what we say of it; where we say another thing, why.

`oasdiff_rules.tsv` names the rules and their levels as in `checker/rules.go` of github.com/oasdiff/oasdiff, read
2026-11 at 4553c69d: ERR and WARN break a client there, INFO does not.
"""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest

from harness import review
from harness.openapi.document import Document

Node = dict[str, Any]
RULES = dict(
    line.split("\t") for line in Path(__file__).with_name("oasdiff_rules.tsv").read_text(encoding="utf-8").splitlines()
)

TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
LIST, OBJECT = {"type": "array"}, {"type": "object"}
ONE, TWO = {"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}
CAT, DOG, COW = ({"$ref": f"#/components/schemas/{name}"} for name in ("Cat", "Dog", "Cow"))
PETS = {"oneOf": [CAT, DOG], "discriminator": {"propertyName": "kind", "mapping": {"c": "Cat", "d": "Dog"}}}
IF = {"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}


def pets(**mapping: str) -> Node:
    return {**PETS, "discriminator": {"propertyName": "kind", "mapping": mapping}}


# What is done to a schema, by the end of the rules' names. The pair is the old schema and the new one.
EDITS: dict[str, tuple[Any, Any]] = {
    "all-of-added": (OBJECT, {"allOf": [ONE, OBJECT]}),
    "all-of-removed": ({"allOf": [ONE, OBJECT]}, OBJECT),
    "all-of-added-annotation-only": (OBJECT, {"allOf": [OBJECT, {"description": "d"}]}),
    "all-of-removed-annotation-only": ({"allOf": [OBJECT, {"description": "d"}]}, OBJECT),
    "any-of-added": ({"anyOf": [TEXT, NUMBER]}, {"anyOf": [TEXT, NUMBER, LIST]}),
    "any-of-removed": ({"anyOf": [TEXT, NUMBER, LIST]}, {"anyOf": [TEXT, NUMBER]}),
    "one-of-added": ({"oneOf": [TEXT, NUMBER]}, {"oneOf": [TEXT, NUMBER, LIST]}),
    "one-of-removed": ({"oneOf": [TEXT, NUMBER, LIST]}, {"oneOf": [TEXT, NUMBER]}),
    "wrapped-in-one-of": (TEXT, {"oneOf": [TEXT, NUMBER]}),
    "became-enum": (TEXT, {**TEXT, "enum": ["a", "b"]}),
    "became-nullable": (TEXT, {"type": ["string", "null"]}),
    "became-not-nullable": ({"type": ["string", "null"]}, TEXT),
    "const-added": (TEXT, {**TEXT, "const": "a"}),
    "const-changed": ({**TEXT, "const": "a"}, {**TEXT, "const": "b"}),
    "const-removed": ({**TEXT, "const": "a"}, TEXT),
    "contains-added": (LIST, {**LIST, "contains": TEXT}),
    "contains-removed": ({**LIST, "contains": TEXT}, LIST),
    "min-contains-increased": ({**LIST, "contains": TEXT}, {**LIST, "contains": TEXT, "minContains": 2}),
    "min-contains-decreased": ({**LIST, "contains": TEXT, "minContains": 2}, {**LIST, "contains": TEXT}),
    "max-contains-increased": (
        {**LIST, "contains": TEXT, "maxContains": 2}, {**LIST, "contains": TEXT, "maxContains": 3}),
    "max-contains-decreased": (
        {**LIST, "contains": TEXT, "maxContains": 3}, {**LIST, "contains": TEXT, "maxContains": 2}),
    "content-encoding-changed": ({**TEXT, "contentEncoding": "base64"}, {**TEXT, "contentEncoding": "base32"}),
    "content-media-type-changed": (
        {**TEXT, "contentMediaType": "image/png"}, {**TEXT, "contentMediaType": "image/gif"}),
    "content-schema-added": (TEXT, {**TEXT, "contentSchema": OBJECT}),
    "content-schema-removed": ({**TEXT, "contentSchema": OBJECT}, TEXT),
    "default-value-added": (TEXT, {**TEXT, "default": "a"}),
    "default-value-changed": ({**TEXT, "default": "a"}, {**TEXT, "default": "b"}),
    "default-value-removed": ({**TEXT, "default": "a"}, TEXT),
    "dependent-required-added": (OBJECT, {**OBJECT, "dependentRequired": {"a": ["b"]}}),
    "dependent-required-changed": (
        {**OBJECT, "dependentRequired": {"a": ["b"]}}, {**OBJECT, "dependentRequired": {"a": ["c"]}}),
    "dependent-required-removed": ({**OBJECT, "dependentRequired": {"a": ["b"]}}, OBJECT),
    "dependent-schema-added": (OBJECT, {**OBJECT, "dependentSchemas": {"a": TWO}}),
    "dependent-schema-removed": ({**OBJECT, "dependentSchemas": {"a": TWO}}, OBJECT),
    "discriminator-added": ({"oneOf": [CAT, DOG]}, PETS),
    "discriminator-removed": (PETS, {"oneOf": [CAT, DOG]}),
    "discriminator-mapping-added": (pets(c="Cat", d="Dog"), pets(c="Cat", d="Dog", e="Dog")),
    "discriminator-mapping-changed": (pets(c="Cat", d="Dog"), pets(c="Cat", d="Cow")),
    "discriminator-mapping-deleted": (pets(c="Cat", d="Dog", e="Dog"), pets(c="Cat", d="Dog")),
    "discriminator-property-name-changed": (PETS, {**PETS, "discriminator": {
        "propertyName": "sort", "mapping": {"c": "Cat", "d": "Dog"}}}),
    "enum-value-added": ({**TEXT, "enum": ["a"]}, {**TEXT, "enum": ["a", "b"]}),
    "enum-value-removed": ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["a"]}),
    "if-added": (OBJECT, {**OBJECT, **IF}),
    "if-removed": ({**OBJECT, **IF}, OBJECT),
    "then-added": ({**OBJECT, "if": IF["if"], "else": IF["else"]}, {**OBJECT, **IF}),
    "then-removed": ({**OBJECT, **IF}, {**OBJECT, "if": IF["if"], "else": IF["else"]}),
    "else-added": ({**OBJECT, "if": IF["if"], "then": IF["then"]}, {**OBJECT, **IF}),
    "else-removed": ({**OBJECT, **IF}, {**OBJECT, "if": IF["if"], "then": IF["then"]}),
    "list-of-types-narrowed": ({"type": ["string", "number"]}, TEXT),
    "list-of-types-widened": (TEXT, {"type": ["string", "number"]}),
    "max-decreased": ({**NUMBER, "maximum": 9}, {**NUMBER, "maximum": 8}),
    "max-increased": ({**NUMBER, "maximum": 8}, {**NUMBER, "maximum": 9}),
    "max-set": (NUMBER, {**NUMBER, "maximum": 9}),
    "min-decreased": ({**NUMBER, "minimum": 2}, {**NUMBER, "minimum": 1}),
    "min-increased": ({**NUMBER, "minimum": 1}, {**NUMBER, "minimum": 2}),
    "min-set": (NUMBER, {**NUMBER, "minimum": 1}),
    "exclusive-max-decreased": ({**NUMBER, "exclusiveMaximum": 9}, {**NUMBER, "exclusiveMaximum": 8}),
    "exclusive-max-increased": ({**NUMBER, "exclusiveMaximum": 8}, {**NUMBER, "exclusiveMaximum": 9}),
    "exclusive-max-set": (NUMBER, {**NUMBER, "exclusiveMaximum": 9}),
    "exclusive-min-decreased": ({**NUMBER, "exclusiveMinimum": 2}, {**NUMBER, "exclusiveMinimum": 1}),
    "exclusive-min-increased": ({**NUMBER, "exclusiveMinimum": 1}, {**NUMBER, "exclusiveMinimum": 2}),
    "exclusive-min-set": (NUMBER, {**NUMBER, "exclusiveMinimum": 1}),
    "max-items-decreased": ({**LIST, "maxItems": 9}, {**LIST, "maxItems": 8}),
    "max-items-increased": ({**LIST, "maxItems": 8}, {**LIST, "maxItems": 9}),
    "min-items-decreased": ({**LIST, "minItems": 2}, {**LIST, "minItems": 1}),
    "min-items-increased": ({**LIST, "minItems": 1}, {**LIST, "minItems": 2}),
    "min-items-set": (LIST, {**LIST, "minItems": 1}),
    "min-items-unset": ({**LIST, "minItems": 1}, LIST),
    "max-length-decreased": ({**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 8}),
    "max-length-increased": ({**TEXT, "maxLength": 8}, {**TEXT, "maxLength": 9}),
    "max-length-set": (TEXT, {**TEXT, "maxLength": 9}),
    "max-length-unset": ({**TEXT, "maxLength": 9}, TEXT),
    "min-length-decreased": ({**TEXT, "minLength": 2}, {**TEXT, "minLength": 1}),
    "min-length-increased": ({**TEXT, "minLength": 1}, {**TEXT, "minLength": 2}),
    "pattern-added": (TEXT, {**TEXT, "pattern": "^a"}),
    "pattern-changed": ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^b"}),
    "pattern-generalized": ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": ".*"}),
    "pattern-removed": ({**TEXT, "pattern": "^a"}, TEXT),
    "pattern-property-added": (OBJECT, {**OBJECT, "patternProperties": {"^a": TEXT}}),
    "pattern-property-removed": ({**OBJECT, "patternProperties": {"^a": TEXT}}, OBJECT),
    "prefix-items-added": (LIST, {**LIST, "prefixItems": [TEXT]}),
    "prefix-items-removed": ({**LIST, "prefixItems": [TEXT]}, LIST),
    "property-names-added": (OBJECT, {**OBJECT, "propertyNames": {"maxLength": 3}}),
    "property-names-removed": ({**OBJECT, "propertyNames": {"maxLength": 3}}, OBJECT),
    "type-changed": (TEXT, {"type": "boolean"}),
    "type-compatible": ({**NUMBER, "format": "double"}, NUMBER),
    "type-generalized": (INTEGER, NUMBER),
    "type-specialized": (NUMBER, INTEGER),
    "unevaluated-items-added": (LIST, {**LIST, "unevaluatedItems": False}),
    "unevaluated-items-removed": ({**LIST, "unevaluatedItems": False}, LIST),
    "unevaluated-properties-added": (OBJECT, {**OBJECT, "unevaluatedProperties": False}),
    "unevaluated-properties-removed": ({**OBJECT, "unevaluatedProperties": False}, OBJECT),
}  # fmt: skip
PLACE = re.compile(
    r"(request|response)-(body|property|parameter-property|parameter|header-property|header"
    r"|read-only-property|write-only-property)-(.+)"
)


def holding(side: str, place: str, schema: Any) -> Node:
    """A document that has a schema in a place."""
    if place.endswith("property"):
        flag = {"read-only-property": {"readOnly": True}, "write-only-property": {"writeOnly": True}}.get(place, {})
        schema = {**OBJECT, "properties": {"x": {**schema, **flag}}}
    if place == "header":
        return document(headers={"X-A": {"schema": schema}})
    if place in ("parameter", "parameter-property"):
        return document(parameters=[{"name": "q", "in": "query", "style": "deepObject", "schema": schema}])
    if place == "header-property":
        return document(parameters=[{"name": "X-A", "in": "header", "schema": schema}])
    return document(body=media(schema)) if side == "request" else document(answer=media(schema))


def media(schema: Any, name: str = "application/json") -> Node:
    return {name: {"schema": schema}}


def document(
    *,
    parameters: Any = (),
    body: Any = None,
    required: bool = False,
    answer: Any = None,
    headers: Any = None,
    statuses: Any = (),
    top: Any = None,
    path: str = "/a",
    **operation: Any,
) -> Node:
    raw: Node = {"operationId": "A", "parameters": list(parameters), **operation}
    if body is not None:
        raw["requestBody"] = {"required": required, "content": body}
    raw["responses"] = {"200": {"content": answer or {}, "headers": headers or {}}, **{code: {} for code in statuses}}
    kinds = ("Cat", "Dog", "Cow")
    schemas = {name: {**OBJECT, "required": ["kind", name], "properties": {"kind": TEXT, name: TEXT}} for name in kinds}
    return {"openapi": "3.1.0", "paths": {path: {"post": raw}}, "components": {"schemas": schemas}, **(top or {})}


def having(*needed: str, **properties: Any) -> Any:
    return media({**OBJECT, "properties": properties, "required": list(needed)})


def query(name: str = "q", **more: Any) -> Node:
    return {"name": name, "in": "query", "schema": TEXT, **more}


def secured(flows: Any = None, **scheme: Any) -> Node:
    known = {"type": "oauth2", "flows": {"clientCredentials": flows}} if flows else scheme
    return {"components": {"securitySchemes": {"s": known}}, "security": [{"s": []}]}


TOKEN = {"tokenUrl": "/token", "scopes": {"r": ""}}
KEY = {"type": "apiKey", "in": "header", "name": "K"}
READ, WRITE = {"readOnly": True}, {"writeOnly": True}
HEADER = {"schema": TEXT}
NOTHING = document()

# Rules that are no edit of one schema.
PAIRS: dict[str, tuple[Node, Node]] = {
    "endpoint-added": ({**NOTHING, "paths": {}}, NOTHING),
    "api-removed-without-deprecation": (NOTHING, {**NOTHING, "paths": {}}),
    "api-path-removed-without-deprecation": (NOTHING, {**NOTHING, "paths": {}}),
    "api-removed-with-deprecation": (document(deprecated=True), {**NOTHING, "paths": {}}),
    "api-path-removed-with-deprecation": (document(deprecated=True), {**NOTHING, "paths": {}}),
    "endpoint-deprecated": (NOTHING, document(deprecated=True)),
    "endpoint-reactivated": (document(deprecated=True), NOTHING),
    "api-operation-id-removed": (NOTHING, document(operationId="B")),
    "api-operation-id-added": (document(operationId=""), NOTHING),
    "api-tag-added": (NOTHING, document(tags=["t"])),
    "api-tag-removed": (document(tags=["t"]), NOTHING),
    "webhook-added": (NOTHING, document(top={"webhooks": {"w": {"post": {}}}})),
    "webhook-removed": (document(top={"webhooks": {"w": {"post": {}}}}), NOTHING),
    "api-security-added": (NOTHING, document(security=[{"s": []}])),
    "api-security-removed": (document(security=[{"s": []}]), NOTHING),
    "api-security-scope-added": (document(security=[{"s": ["r"]}]), document(security=[{"s": ["r", "w"]}])),
    "api-security-scope-removed": (document(security=[{"s": ["r", "w"]}]), document(security=[{"s": ["r"]}])),
    "api-global-security-added": (NOTHING, document(top={"security": [{"s": []}]})),
    "api-global-security-removed": (document(top={"security": [{"s": []}]}), NOTHING),
    "api-global-security-scope-added": (
        document(top={"security": [{"s": ["r"]}]}), document(top={"security": [{"s": ["r", "w"]}]})),
    "api-global-security-scope-removed": (
        document(top={"security": [{"s": ["r", "w"]}]}), document(top={"security": [{"s": ["r"]}]})),
    "api-security-component-type-changed": (
        document(top=secured(**KEY)), document(top=secured(type="http", scheme="basic"))),
    "api-security-component-oauth-token-url-changed": (
        document(top=secured(TOKEN)), document(top=secured({**TOKEN, "tokenUrl": "/new"}))),
    "api-security-component-oauth-url-changed": (
        document(top=secured({**TOKEN, "authorizationUrl": "/x"})),
        document(top=secured({**TOKEN, "authorizationUrl": "/y"}))),
    "request-body-added-required": (NOTHING, document(body=media(TEXT), required=True)),
    "request-body-added-optional": (NOTHING, document(body=media(TEXT))),
    "request-body-removed": (document(body=media(TEXT)), NOTHING),
    "request-body-became-required": (document(body=media(TEXT)), document(body=media(TEXT), required=True)),
    "request-body-became-optional": (document(body=media(TEXT), required=True), document(body=media(TEXT))),
    "request-body-media-type-added": (
        document(body=media(TEXT)), document(body=media(TEXT) | media(TEXT, "text/plain"))),
    "request-body-media-type-removed": (
        document(body=media(TEXT) | media(TEXT, "text/plain")), document(body=media(TEXT))),
    "request-body-media-type-schema-added": (document(body={"application/json": {}}), document(body=media(TEXT))),
    "request-body-media-type-schema-removed": (document(body=media(TEXT)), document(body={"application/json": {}})),
    "response-body-media-type-schema-added": (document(answer={"application/json": {}}), document(answer=media(TEXT))),
    "response-body-media-type-schema-removed": (
        document(answer=media(TEXT)), document(answer={"application/json": {}})),
    "response-media-type-added": (
        document(answer=media(TEXT)), document(answer=media(TEXT) | media(TEXT, "text/plain"))),
    "response-media-type-removed": (
        document(answer=media(TEXT) | media(TEXT, "text/plain")), document(answer=media(TEXT))),
    "response-media-type-name-changed": (
        document(answer=media(TEXT, "application/json; q=1")), document(answer=media(TEXT, "application/json; q=2"))),
    "response-media-type-name-generalized": (
        document(answer=media(TEXT, "application/problem+json")), document(answer=media(TEXT, "application/json"))),
    "response-media-type-name-specialized": (
        document(answer=media(TEXT, "application/json")), document(answer=media(TEXT, "application/problem+json"))),
    "response-mediatype-enum-value-removed": (
        document(answer=media({"enum": ["a", "b"]})), document(answer=media({"enum": ["a"]}))),
    "new-required-request-parameter": (NOTHING, document(parameters=[query(required=True)])),
    "new-optional-request-parameter": (NOTHING, document(parameters=[query()])),
    "new-required-request-default-parameter-to-existing-path": (
        NOTHING, document(parameters=[query(required=True, schema={**TEXT, "default": "a"})])),
    "new-optional-request-default-parameter-to-existing-path": (
        NOTHING, document(parameters=[query(schema={**TEXT, "default": "a"})])),
    "new-request-path-parameter": (
        document(path="/a"), document(path="/a/{b}", parameters=[query("b", **{"in": "path", "required": True})])),
    "new-required-request-header-property": (
        document(parameters=[query(**{"in": "header", "schema": OBJECT})]),
        document(parameters=[query(**{"in": "header", "schema": {**OBJECT, "properties": {"x": TEXT},
                                                                 "required": ["x"]}})])),
    "request-header-property-became-required": (
        document(parameters=[query(**{"in": "header", "schema": {**OBJECT, "properties": {"x": TEXT}}})]),
        document(parameters=[query(**{"in": "header", "schema": {**OBJECT, "properties": {"x": TEXT},
                                                                 "required": ["x"]}})])),
    "request-parameter-became-required": (document(parameters=[query()]), document(parameters=[query(required=True)])),
    "request-parameter-became-optional": (document(parameters=[query(required=True)]), document(parameters=[query()])),
    "request-parameter-removed": (document(parameters=[query()]), NOTHING),
    "request-parameter-deprecated": (document(parameters=[query()]), document(parameters=[query(deprecated=True)])),
    "request-parameter-reactivated": (document(parameters=[query(deprecated=True)]), document(parameters=[query()])),
    "request-parameter-removed-with-deprecation": (document(parameters=[query(deprecated=True)]), NOTHING),
    "request-property-deprecated": (
        document(body=having(x=TEXT)), document(body=having(x={**TEXT, "deprecated": True}))),
    "request-property-reactivated": (
        document(body=having(x={**TEXT, "deprecated": True})), document(body=having(x=TEXT))),
    "response-property-deprecated": (
        document(answer=having(x=TEXT)), document(answer=having(x={**TEXT, "deprecated": True}))),
    "response-property-reactivated": (
        document(answer=having(x={**TEXT, "deprecated": True})), document(answer=having(x=TEXT))),
    "new-required-request-property": (document(body=having()), document(body=having("x", x=TEXT))),
    "new-required-request-property-with-default": (
        document(body=having()), document(body=having("x", x={**TEXT, "default": "a"}))),
    "new-optional-request-property": (document(body=having()), document(body=having(x=TEXT))),
    "request-property-became-required": (document(body=having(x=TEXT)), document(body=having("x", x=TEXT))),
    "request-property-became-required-with-default": (
        document(body=having(x={**TEXT, "default": "a"})), document(body=having("x", x={**TEXT, "default": "a"}))),
    "request-property-became-optional": (document(body=having("x", x=TEXT)), document(body=having(x=TEXT))),
    "request-property-removed": (document(body=having(x=TEXT)), document(body=having())),
    "response-property-became-required": (document(answer=having(x=TEXT)), document(answer=having("x", x=TEXT))),
    "response-property-became-optional": (document(answer=having("x", x=TEXT)), document(answer=having(x=TEXT))),
    "response-optional-property-added": (document(answer=having()), document(answer=having(x=TEXT))),
    "response-required-property-added": (document(answer=having()), document(answer=having("x", x=TEXT))),
    "response-optional-property-removed": (document(answer=having(x=TEXT)), document(answer=having())),
    "response-required-property-removed": (document(answer=having("x", x=TEXT)), document(answer=having())),
    "response-optional-write-only-property-added": (
        document(answer=having()), document(answer=having(x={**TEXT, **WRITE}))),
    "response-required-write-only-property-added": (
        document(answer=having()), document(answer=having("x", x={**TEXT, **WRITE}))),
    "response-optional-write-only-property-removed": (
        document(answer=having(x={**TEXT, **WRITE})), document(answer=having())),
    "response-required-write-only-property-removed": (
        document(answer=having("x", x={**TEXT, **WRITE})), document(answer=having())),
    "response-write-only-property-became-required": (
        document(answer=having(x={**TEXT, **WRITE})), document(answer=having("x", x={**TEXT, **WRITE}))),
    "response-write-only-property-became-optional": (
        document(answer=having("x", x={**TEXT, **WRITE})), document(answer=having(x={**TEXT, **WRITE}))),
    **{
        f"{side}-{need}-property-became-{'not-' if back else ''}{word}": tuple(
            document(**{part: having(*(["x"] if need == "required" else []), x=schema)})
            for schema in (({**TEXT, **flag}, TEXT) if back else (TEXT, {**TEXT, **flag}))
        )
        for side, part in (("request", "body"), ("response", "answer"))
        for need in ("optional", "required")
        for word, flag in (("read-only", READ), ("write-only", WRITE))
        for back in (False, True)
    },
    "optional-response-header-removed": (document(headers={"X-A": HEADER}), NOTHING),
    "required-response-header-removed": (document(headers={"X-A": {**HEADER, "required": True}}), NOTHING),
    "response-header-added": (NOTHING, document(headers={"X-A": HEADER})),
    "response-header-became-optional": (
        document(headers={"X-A": {**HEADER, "required": True}}), document(headers={"X-A": HEADER})),
    "response-success-status-added": (NOTHING, document(statuses=["201"])),
    "response-success-status-removed": (document(statuses=["201"]), NOTHING),
    "response-non-success-status-added": (NOTHING, document(statuses=["404"])),
    "response-non-success-status-removed": (document(statuses=["404"]), NOTHING),
}  # fmt: skip

# Rules that we have not, by a pattern of their names, and why.
NOT_OURS = {
    r".*(sunset|stability).*": "x-sunset and x-stability-level are extensions of oasdiff's own",
    r".*x-extensible-enum.*": "an extension: no validator refuses a value by it",
    r"api-(major-)?version-.*": "the version of a document is what its vendor calls it, and says nothing of a request",
    r"api-schema-removed": "a component that nothing uses says nothing of a request",
    r"api-security-component-(added|removed)": "a scheme matters where an operation asks for it, and is told there",
    r"api-security-component-oauth-scope-.*": "the list of all scopes; one that an operation asks for is told there",
}

# Where we say another thing, by a pattern of the rules' names, and why.
LESS = {
    r"request-parameter-default-value-.*": "what a client sends stays right; the change is shown, to be looked at",
    r"request-property-removed": "an open object takes any property; from a closed one, it breaks",
    r"request-(body|property)-all-of-removed": "one condition less refuses nothing",
    r"request-(body|property)-prefix-items-removed": "one condition less refuses nothing",
    r"response-(body|property)-prefix-items-added": "one condition more of an answer brings nothing new",
    r"request-body-wrapped-in-one-of": "who sends what the old schema took goes on, since no value fits two",
    r"response-required-property-became-not-write-only": "a property that is new in an answer is passed over",
}
MORE = {
    r"api-(global-)?security-added": "who sent no credentials is refused",
    r"api-(global-)?security-scope-removed": "any one scope lets in, and a token of that one fails",
    r"api-security-component-(type|oauth-token-url|oauth-url)-changed": "the old credentials, or the old address, fail",
    r"api-removed-with-deprecation": "gone is gone, announced or not",
    r"api-path-removed-with-deprecation": "gone is gone, announced or not",
    r"request-parameter-removed-with-deprecation": "gone is gone, announced or not",
    r".*-discriminator-(mapping|property-name)-changed": "the value that tells alternatives apart means another one",
    r"request-(body|property)-discriminator-(added|mapping-deleted)": "a value that was sent is refused",
    r"response-(body|property)-discriminator-(removed|mapping-added)": "a value comes that was unknown",
    r"response-(body|property)-any-of-added": "values of another type come, as with oneOf",
    r"response-property-pattern-(changed|removed)": "texts come that were ruled out",
    r"response-(body|property)-all-of-removed": "a property that was always there may be missing",
    r"request-(body|property)-prefix-items-added": "an item that was sent is refused",
    r"response-(body|property)-prefix-items-removed": "items come that were ruled out",
    r"request-required-property-became-not-read-only": "it must be sent from now on",
    r"response-optional-property-became-write-only": "the property comes no more",
    r"response-required-property-became-write-only": "the property comes no more",
    r"response-success-status-added": "a client that waits for one status takes another for a failure",
    r"response-media-type-name-(changed|specialized)": "a client that asks for the old name is refused",
}
"""`LESS` breaks a client at oasdiff and not here, `MORE` the other way round."""


def pair_of(rule: str) -> tuple[Node, Node] | None:
    if rule in PAIRS:
        return PAIRS[rule]
    match = PLACE.fullmatch(rule)
    if match is None or match[3] not in EDITS:
        return None
    old, new = EDITS[match[3]]
    return holding(match[1], match[2], old), holding(match[1], match[2], new)


def listed(rule: str, table: dict[str, str]) -> bool:
    return any(re.fullmatch(pattern, rule) for pattern in table)


COMPARED = [rule for rule in RULES if not listed(rule, NOT_OURS)]


def changes(old: Node, new: Node) -> tuple[review.Change, ...]:
    documents = (Document(name, "zendesk", Path(name), "", tree) for name, tree in (("old", old), ("new", new)))
    return review.diff(*documents, tier=lambda operation: "write").changes


def test_each_rule_has_a_pair_or_a_reason() -> None:
    assert [rule for rule in RULES if bool(pair_of(rule)) == listed(rule, NOT_OURS)] == []


@pytest.mark.parametrize("rule", COMPARED)
def test_a_rule_of_oasdiff_breaks_a_client_here_too_or_we_say_why_not(rule: str) -> None:
    pair = pair_of(rule)
    assert pair is not None
    found = changes(*copy.deepcopy(pair))
    breaks = any(change.breaks_client for change in found)
    expected = RULES[rule] in ("ERR", "WARN")
    if listed(rule, LESS) or listed(rule, MORE):
        assert breaks != expected, "no longer another thing: take it out of the table"
        assert breaks == listed(rule, MORE)
    else:
        assert breaks == expected, found
    assert all(change.understood for change in found)


def test_every_pattern_of_the_tables_names_a_rule() -> None:
    patterns = [*NOT_OURS, *LESS, *MORE]
    assert [pattern for pattern in patterns if not any(re.fullmatch(pattern, rule) for rule in RULES)] == []
