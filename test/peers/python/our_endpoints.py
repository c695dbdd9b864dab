"""The official databricks-sdk makes and updates an endpoint, and reads it back once `update-serving` has changed it:
`our_endpoints.py make|kept|moved-back MODEL FOLDER`. The model has two versions; what was read before is a file in the folder."""

import json
import pathlib
import sys
from datetime import timedelta

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import serving

from peer_case import case, equal

step, model, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
workspace = WorkspaceClient()
limit = timedelta(minutes=2)
NAME = "peer-rt"
before = folder / "before.json"

# What an update changes of itself: when and how often, and how far its containers are.
OWN = {"config_version", "last_updated_timestamp", "creation_timestamp", "state", "creator"}


def without_own(value):
    if isinstance(value, dict):
        return {key: without_own(each) for key, each in value.items() if key not in OWN}
    return [without_own(each) for each in value] if isinstance(value, list) else value


def read() -> dict:
    return without_own(workspace.serving_endpoints.get(NAME).as_dict())


def by_name(config: dict) -> dict:
    return {each["name"]: each for each in config["served_entities"]}


def shares(config: dict) -> dict:
    return {each["served_model_name"]: each["traffic_percentage"] for each in config["traffic_config"]["routes"]}


def writable(entity: dict) -> dict:
    """Where a read has both sizes, a write takes one."""
    both = "max_provisioned_concurrency" in entity or "min_provisioned_concurrency" in entity
    return {key: each for key, each in entity.items() if key != "workload_size" or not both}


def rest(endpoint: dict) -> dict:
    """All of an endpoint but what it serves, and the mirror of that in the older spelling."""
    config = {key: each for key, each in endpoint["config"].items() if key not in ("served_entities", "served_models", "traffic_config")}
    return endpoint | {"config": config}


if step == "make":
    with case("makes an endpoint, lists it, updates it, waits for it and reads it") as detail:
        live = serving.ServedEntityInput(
            name="live",
            entity_name=model,
            entity_version="1",
            environment_vars={"MODE": "fast", "KEY": "{{secrets/scope/key}}"},
            workload_size="Medium",
            scale_to_zero_enabled=False,
        )
        features = serving.ServedEntityInput(name="features", entity_name="prod.ml_team.features")
        made = workspace.serving_endpoints.create_and_wait(
            NAME,
            config=serving.EndpointCoreConfigInput(name=NAME, served_entities=[live]),
            tags=[serving.EndpointTag(key="team", value="risk")],
            timeout=limit,
        )
        [listed] = [each for each in workspace.serving_endpoints.list() if each.name == NAME]
        equal([each.entity_version for each in listed.config.served_entities], ["1"], "listed")
        routes = [serving.Route(served_model_name="live", traffic_percentage=70), serving.Route(served_model_name="features", traffic_percentage=30)]
        updated = workspace.serving_endpoints.update_config_and_wait(
            NAME,
            served_entities=[live, features],
            traffic_config=serving.TrafficConfig(routes=routes),
            auto_capture_config=serving.AutoCaptureConfigInput(
                catalog_name="prod", schema_name="ml_team", table_name_prefix="peer", enabled=True
            ),
            timeout=limit,
        )
        equal((updated.state.ready.value, updated.config.config_version), ("READY", 2), "updated")
        gateway = serving.AiGatewayUsageTrackingConfig(enabled=True)
        workspace.serving_endpoints.put_ai_gateway(NAME, usage_tracking_config=gateway)
        found = read()
        equal(shares(found["config"]), {"live": 70, "features": 30}, "shares")
        before.write_text(json.dumps(found))
        detail.text = f"id {made.id}"

if step == "kept":
    with case("reads back what update-serving made: one entity has another version, and nothing else has changed") as detail:
        was, now = json.loads(before.read_text()), read()
        equal(rest(now), rest(was), "everything beside what is served")
        old, new = by_name(was["config"]), by_name(now["config"])
        equal(new["features"], old["features"], "the other entity")
        equal(new["live"], old["live"] | {"entity_version": "2"}, "the entity that was meant")
        equal((set(new), shares(now["config"])), (set(old), shares(was["config"])), "entities and shares")
        endpoint = workspace.serving_endpoints.get(NAME)
        equal(
            (endpoint.state.ready.value, endpoint.state.config_update.value, endpoint.config.config_version, endpoint.pending_config),
            ("READY", "NOT_UPDATING", 3, None),
            "state",
        )
        [listed] = [each for each in workspace.serving_endpoints.list() if each.name == NAME]
        equal({each.name: each.entity_version for each in listed.config.served_entities}["live"], "2", "listed")
        detail.text = f"version {new['live']['entity_version']}"

if step == "moved-back":
    with case("reads back a version that update-serving kept without requests, and moves the requests back to it") as detail:
        was, now = json.loads(before.read_text()), read()
        equal(rest(now), rest(was), "everything beside what is served")
        old, new = by_name(was["config"]), by_name(now["config"])
        equal(new["features"], old["features"], "the other entity")
        kept = [name for name, each in new.items() if each.get("entity_version") == "2"]
        live = [name for name, each in new.items() if each.get("entity_version") == "1"]
        equal((len(new), len(kept), len(live)), (3, 1, 1), "entities")
        for name in kept + live:
            wanted = old["live"] | {"name": name, "entity_version": new[name]["entity_version"]}
            equal(new[name], wanted, f"the settings of {name}")
        equal(shares(now["config"]), {live[0]: 70, kept[0]: 0, "features": 30}, "shares")
        served = workspace.serving_endpoints.get(NAME).as_dict()["config"]["served_entities"]
        entities = [serving.ServedEntityInput.from_dict(writable(each)) for each in served]
        routes = [
            serving.Route(served_model_name=name, traffic_percentage=share) for name, share in {live[0]: 0, kept[0]: 70, "features": 30}.items()
        ]
        flipped = workspace.serving_endpoints.update_config_and_wait(
            NAME, served_entities=entities, traffic_config=serving.TrafficConfig(routes=routes), timeout=limit
        )
        equal(shares(flipped.config.as_dict())[kept[0]], 70, "share")
        detail.text = f"{live[0]} 0 %, {kept[0]} 70 %"
