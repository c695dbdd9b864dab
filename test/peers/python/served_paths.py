"""Which paths an MLflow server serves as they stand: JSON lists in and out, `null` for what it refuses."""

import json
import sys

from mlflow.utils.uri import validate_path_is_safe


def served(path: str) -> str | None:
    try:
        return validate_path_is_safe(path)
    except Exception:
        return None


json.dump([served(path) for path in json.load(open(sys.argv[1], encoding="utf-8"))], sys.stdout)
