"""Registers the same model in every place where MLflow's client puts one: `artifact_places.py FOLDER MODEL BUCKET SIZE`.

Prints a JSON object: what each version is, by its number. SIZE, in MiB, is that of a random file beside the model's own; 0 for none.
"""

import json
import os
import shutil
import sys
import tempfile

import boto3
import mlflow
from mlflow import MlflowClient

folder, model, bucket, size = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
store = boto3.client("s3", endpoint_url=os.environ["MLFLOW_S3_ENDPOINT_URL"])
store.create_bucket(Bucket=bucket)
copy = os.path.join(tempfile.mkdtemp(), "model")
shutil.copytree(folder, copy)
if size > 0:
    with open(os.path.join(copy, "weights.bin"), "wb") as file:
        file.write(os.urandom(size * 1024 * 1024))

client = MlflowClient()
with mlflow.start_run() as run:
    logged = mlflow.initialize_logged_model(name="fraud", source_run_id=run.info.run_id)
    client.log_model_artifacts(logged.model_id, copy)
    mlflow.finalize_logged_model(logged.model_id, "READY")
    mlflow.log_artifacts(copy, "old/model")
run_id, root = run.info.run_id, run.info.artifact_uri
client.create_registered_model(model)
registry = client._get_registry_client().store
places = [
    ("a logged model", f"models:/{logged.model_id}", run_id, logged.model_id),
    ("a run", f"{root}/old/model", run_id, None),
    ("runs:/ of a run", f"runs:/{run_id}/old/model", run_id, None),
    ("runs:/ of a logged model", f"runs:/{run_id}/fraud", run_id, None),
    ("a copy", f"models:/{model}/1", None, None),
    ("a copy of runs:/", f"models:/{model}/4", None, None),
]
made = {}
for what, source, run, model_id in places:
    version = registry.create_model_version(model, source, run_id=run, model_id=model_id)
    made[str(version.version)] = what
print("::places:: " + json.dumps(made))
