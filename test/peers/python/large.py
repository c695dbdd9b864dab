"""A version with one file above the size from which the Databricks SDK uploads in parts (50 MiB): registered and
downloaded by MLflow, `large.py FOLDER CATALOG.SCHEMA`."""

import hashlib
import pathlib
import random
import shutil
import sys
import tempfile

import mlflow
from mlflow import MlflowClient

from peer_case import case, equal

MEBIBYTE = 1024 * 1024
SIZE = 53 * MEBIBYTE + 17

folder, name = pathlib.Path(sys.argv[1]), f"{sys.argv[2]}.peer_large"
client = MlflowClient()


def digest(path: pathlib.Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


with case("register and download 53 MiB") as detail, tempfile.TemporaryDirectory() as work:
    source = pathlib.Path(work) / "source"
    shutil.copytree(folder, source)
    (source / "weights.bin").write_bytes(random.Random(1).randbytes(SIZE))
    client.create_registered_model(name)
    equal(client.create_model_version(name, str(source)).status, "READY", "status")
    target = mlflow.artifacts.download_artifacts(artifact_uri=f"models:/{name}/1", dst_path=f"{work}/target")
    found = pathlib.Path(target) / "weights.bin"
    equal(found.stat().st_size, SIZE, "size")
    equal(digest(found), digest(source / "weights.bin"), "sha256")
    detail.text = f"{SIZE} bytes"
