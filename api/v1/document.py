"""The OpenAPI document, made from the operations; a check compares api/openapi.json with it."""

import json
from pathlib import Path

from api.v1 import figures, hotline, matters, units, visits, webhooks
from api.v1.gate import v1
from api.v1.problems import CONTENT_TYPE, PROBLEMS

FILE = Path(__file__).resolve().parent.parent / "openapi.json"
PREFIX = "/api/v1/"
# Importing these modules has defined all operations.
MODULES = (visits, matters, units, figures, hotline, webhooks)
_PROBLEM = "#/components/schemas/Problem"


def document():
    """The document as a dictionary: refusals have the content type of problems, and every call
    takes a language."""
    titles = {status: str(title) for status, title in reversed(PROBLEMS.values())}
    made = json.loads(json.dumps(v1.get_openapi_schema(path_prefix=PREFIX)))
    for methods in made["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                # Python's names for them differ between versions.
                response["description"] = titles.get(int(status), "The answer")
                content = response.get("content", {})
                shape = content.get("application/json", {}).get("schema", {})
                if shape.get("$ref") == _PROBLEM:
                    response["content"] = {CONTENT_TYPE: content["application/json"]}
                if status == "429":
                    response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
            operation.setdefault("parameters", []).append(
                {
                    "name": "Accept-Language",
                    "in": "header",
                    "required": False,
                    "description": "“en” for English words; else they are Chinese.",
                    "schema": {"type": "string"},
                }
            )
    return made


def text():
    return json.dumps(document(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
