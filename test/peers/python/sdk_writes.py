"""The official databricks-sdk writes: models, grants, files in parts; and its error classes: `sdk_writes.py FOLDER CATALOG.SCHEMA`."""

import hashlib
import io
import pathlib
import random
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    BadRequest,
    DatabricksError,
    NotFound,
    ResourceAlreadyExists,
    Unauthenticated,
)
from databricks.sdk.service.catalog import PermissionsChange, Privilege

from peer_case import case, equal

folder, schema = pathlib.Path(sys.argv[1]), sys.argv[2]
catalog, short = schema.split(".")
name = f"{schema}.sdk_writes"
workspace = WorkspaceClient()
me = workspace.current_user.me().user_name

with case("model: create, update, list, rename, delete"):
    created = workspace.registered_models.create(catalog_name=catalog, schema_name=short, name="sdk_writes", comment="a")
    equal((created.full_name, created.owner, created.comment), (name, me, "a"), "created")
    workspace.registered_models.update(name, comment="é, \"quoted\"\nsecond line")
    equal(workspace.registered_models.get(name).comment, "é, \"quoted\"\nsecond line", "comment")
    workspace.registered_models.update(name, new_name="sdk_renamed")
    equal(workspace.registered_models.get(f"{schema}.sdk_renamed").name, "sdk_renamed", "renamed")
    workspace.registered_models.delete(f"{schema}.sdk_renamed")
    listed = [model.full_name for model in workspace.registered_models.list(catalog_name=catalog, schema_name=short)]
    equal([each for each in listed if each.startswith(name[:-7])], [], "models after the deletion")

workspace.registered_models.create(catalog_name=catalog, schema_name=short, name="sdk_writes")

with case("grants on a function: add, read, effective, remove"):
    change = PermissionsChange(principal="grace@example.com", add=[Privilege.EXECUTE])
    workspace.grants.update("function", name, changes=[change])
    rows = workspace.grants.get("function", name).privilege_assignments
    equal([(row.principal, row.privileges) for row in rows], [("grace@example.com", [Privilege.EXECUTE])], "direct")
    rows = workspace.grants.get_effective("function", name, principal="grace@example.com").privilege_assignments
    held = [each for row in rows for each in row.privileges if each.privilege == Privilege.EXECUTE]
    equal(any(each.inherited_from_name is None for each in held), True, "whether EXECUTE is also held directly")
    workspace.grants.update("function", name, changes=[PermissionsChange(principal="grace@example.com", remove=[Privilege.EXECUTE])])
    equal(workspace.grants.get("function", name).privilege_assignments or [], [], "direct, after")

with case("files: a version of 53 MiB in parts, read back") as detail:
    body = {"catalog_name": catalog, "schema_name": short, "model_name": "sdk_writes", "source": "models:/a/1"}
    version = workspace.api_client.do("POST", "/api/2.1/unity-catalog/models/versions", body=body)
    equal(version["status"], "PENDING_REGISTRATION", "status before")
    root = f"/Models/{catalog}/{short}/sdk_writes/{version['version']}"
    weights = random.Random(2).randbytes(53 * 1024 * 1024 + 17)
    workspace.files.upload(f"{root}/MLmodel", io.BytesIO((folder / "MLmodel").read_bytes()))
    workspace.files.upload(f"{root}/data/weights.bin", io.BytesIO(weights))
    path = f"/api/2.1/unity-catalog/models/{name}/versions/{version['version']}/finalize"
    workspace.api_client.do("PATCH", path, body={"full_name": name, "version": version["version"]})
    equal(workspace.model_versions.get(name, 1).status.value, "READY", "status after")
    listed = sorted(entry.name for entry in workspace.files.list_directory_contents(root))
    equal(listed, ["MLmodel", "data"], "entries")
    found = workspace.files.download(f"{root}/data/weights.bin").contents.read()
    equal(hashlib.sha256(found).hexdigest(), hashlib.sha256(weights).hexdigest(), "sha256")
    detail.text = f"{len(found)} bytes"


def raises(kind: type[DatabricksError], call) -> None:
    try:
        call()
    except kind:
        return
    raise AssertionError(f"not refused by {kind.__name__}")


with case("error classes") as detail:
    stranger = WorkspaceClient(host=workspace.config.host, token="dapi-wrong")
    create = {"catalog_name": catalog, "schema_name": short, "name": "sdk_writes"}
    raises(ResourceAlreadyExists, lambda: workspace.registered_models.create(**create))
    raises(NotFound, lambda: workspace.registered_models.get(f"{name}_absent"))
    raises(NotFound, lambda: workspace.registered_models.set_alias(name, "next", 99))
    raises(BadRequest, lambda: workspace.registered_models.set_alias(name, "latest", 1))
    raises(Unauthenticated, lambda: stranger.registered_models.get(name))
    detail.text = "NotFound, ResourceAlreadyExists, BadRequest, Unauthenticated"

with case("tags of entities are refused for models, with the reason") as detail:
    try:
        list(workspace.entity_tag_assignments.list("functions", name))
    except BadRequest as error:
        detail.text = str(error)[:90]
    else:
        raise AssertionError("not refused")
