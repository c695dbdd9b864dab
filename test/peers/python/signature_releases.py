"""What one release of MLflow reads from texts of signatures: `signature_releases.py TEXTS READINGS`.

TEXTS is a JSON list of texts, each the inputs of a signature. READINGS gets, for each, null where this release refuses it, else
whether each column must be there (null for a tensor). Run by the Python of each release.
"""

import json
import logging
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)

from mlflow.types.schema import ColSpec, Schema  # noqa: E402


def is_required(spec):
    if not isinstance(spec, ColSpec):
        return None
    return bool(spec.required) if hasattr(spec, "required") else not spec.optional


def read(text):
    try:
        return [is_required(spec) for spec in Schema.from_json(text).inputs]
    except Exception:
        return None


with open(sys.argv[1], encoding="utf-8") as file:
    texts = json.load(file)
with open(sys.argv[2], "w", encoding="utf-8") as file:
    json.dump([read(text) for text in texts], file)
print(len(texts))
