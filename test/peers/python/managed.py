"""A registered model as MLflow's client and the Databricks SDK read it, one line of JSON: `managed.py CATALOG.SCHEMA.MODEL`."""

import json
import sys

from databricks.sdk import WorkspaceClient
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

name = sys.argv[1]
client = MlflowClient()


def read() -> dict | None:
    try:
        model = client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return None
    owned = WorkspaceClient().registered_models.get(name)
    versions = client.search_model_versions(f"name='{name}'")
    return {
        "owner": owned.owner,
        "comment": owned.comment or "",
        "description": model.description or "",
        "aliases": {alias.lower(): int(version) for alias, version in model.aliases.items()},
        "versions": {str(version.version): version.status for version in versions},
    }


print(json.dumps(read()))
