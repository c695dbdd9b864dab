"""The official databricks-sdk has scripts run, waits for them, reads what they printed, and updates endpoints:
`workspace.py SCRIPT MODEL`. The script is `validate_model.py`, the model has two versions."""

import base64
import io
import json
import pathlib
import sys
import zipfile
from datetime import timedelta

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, OperationFailed, PermissionDenied, ResourceAlreadyExists, ResourceConflict
from databricks.sdk.service import compute, iam, jobs, serving
from databricks.sdk.service import workspace as files

from peer_case import case, equal

script, model = pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2]
workspace = WorkspaceClient()
me = workspace.current_user.me().user_name
folder = f"/Workspace/Users/{me}/peer run"
limit = timedelta(minutes=2)
environments = [jobs.JobEnvironment(environment_key="default", spec=compute.Environment(environment_version="4"))]


def python_task(key: str, file: str, *parameters: str, **more) -> jobs.SubmitTask:
    task = jobs.SparkPythonTask(python_file=f"{folder}/{file}", parameters=list(parameters))
    return jobs.SubmitTask(task_key=key, environment_key="default", spark_python_task=task, **more)


def job_task(key: str, file: str, *parameters: str, **more) -> jobs.Task:
    return jobs.Task.from_dict(python_task(key, file, *parameters).as_dict() | jobs.Task(task_key=key, **more).as_dict())


def refused(kind, call) -> None:
    try:
        call()
    except kind:
        return
    raise AssertionError(f"not refused by {kind.__name__}")


def ends(run: jobs.Run) -> tuple:
    details = run.status.termination_details
    return run.state.life_cycle_state.value, run.state.result_state.value, details.code.value, details.type.value


with case("files: folder, three kinds of upload, listing, reading, rights, deleting") as detail:
    workspace.workspace.mkdirs(folder)
    workspace.workspace.upload(f"{folder}/validate.py", script, format=files.ImportFormat.RAW)
    workspace.workspace.upload(f"{folder}/note.py", b"# Databricks notebook source\nprint(1)\n", format=files.ImportFormat.AUTO)
    content = base64.b64encode(b"print('waits', flush=True)\nimport time\ntime.sleep(60)\n").decode()
    workspace.workspace.import_(f"{folder}/waits.py", content=content, format=files.ImportFormat.AUTO)
    binary = bytes(range(256)) * 4096
    workspace.workspace.upload(f"{folder}/below.bin", io.BytesIO(binary), format=files.ImportFormat.RAW)
    refused(ResourceAlreadyExists, lambda: workspace.workspace.upload(f"{folder}/below.bin", b"x", format=files.ImportFormat.RAW))
    listed = sorted((each.path.rsplit("/", 1)[1], each.object_type.value) for each in workspace.workspace.list(f"/Users/{me}", recursive=True))
    wanted = [("below.bin", "FILE"), ("note", "NOTEBOOK"), ("validate.py", "FILE"), ("waits.py", "FILE")]
    equal(listed, wanted, "listed")
    equal(workspace.workspace.download(f"{folder}/below.bin").read() == binary, True, "whether the bytes are the same")
    status = workspace.workspace.get_status(folder)
    reader = iam.AccessControlRequest(group_name="ml-deployers", permission_level=iam.PermissionLevel.CAN_READ)
    workspace.permissions.update("directories", str(status.object_id), access_control_list=[reader])
    workspace.workspace.delete(f"{folder}/below.bin")
    refused(NotFound, lambda: workspace.workspace.get_status(f"{folder}/below.bin"))
    detail.text = f"object_id {status.object_id}"

with case("submit: MLflow loads a version inside the run, and the output is read") as detail:
    task = python_task("validate", "validate.py", model, "1", "0.0")
    run = workspace.jobs.submit(run_name="validate", tasks=[task], environments=environments, timeout_seconds=110).result(timeout=limit)
    output = workspace.jobs.get_run_output(run.tasks[0].run_id)
    equal(ends(run), ("TERMINATED", "SUCCESS", "SUCCESS", "SUCCESS"), f"end; {output.error} {output.logs}")
    [line] = [each for each in output.logs.splitlines() if each.startswith("::result:: ")]
    result = json.loads(line.removeprefix("::result:: "))
    equal((result["model"], result["version"], len(result["scores"])), (model, "1", 2), "result")
    equal((run.run_type.value, run.creator_user_name, output.metadata.run_id), ("SUBMIT_RUN", me, run.tasks[0].run_id), "run")
    equal(str(run.run_id) in run.run_page_url, True, "whether the page names the run")
    detail.text = f"run {run.run_id}, scores {result['scores']}"

with case("submit: code that fails is told with its exception and its trace") as detail:
    task = python_task("validate", "validate.py", model, "1", "2.0")
    run = workspace.jobs.submit(run_name="floor", tasks=[task], environments=environments, timeout_seconds=110).result(timeout=limit)
    output = workspace.jobs.get_run_output(run.tasks[0].run_id)
    equal(ends(run), ("TERMINATED", "FAILED", "RUN_EXECUTION_ERROR", "CLIENT_ERROR"), "end")
    equal(output.error.startswith("ValueError: the highest score"), True, output.error)
    equal("Traceback" in output.error_trace, True, "whether there is a trace")
    detail.text = output.error

with case("cancel: waits until the run is over; every active run of a job") as detail:
    waiter = workspace.jobs.submit(run_name="waits", tasks=[python_task("wait", "waits.py")], environments=environments, timeout_seconds=110)
    run = workspace.jobs.cancel_run_and_wait(waiter.run_id, timeout=limit)
    equal(ends(run)[1:3], ("CANCELED", "USER_CANCELED"), "end")
    equal([each.run_id for each in workspace.jobs.list_runs(active_only=True)], [], "active runs")
    detail.text = f"run {run.run_id}"

with case("environment: a wheel of the workspace is installed for its task; what cannot be is told") as detail:
    wheel, info = io.BytesIO(), "peer_helper-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("peer_helper.py", "word = 'installed'\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: peer-helper\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: peer\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    name = "peer_helper-1.0-py3-none-any.whl"
    workspace.workspace.upload(f"{folder}/{name}", wheel.getvalue(), format=files.ImportFormat.RAW)
    workspace.workspace.upload(f"{folder}/imports.py", b"import peer_helper\nprint(peer_helper.word)\n", format=files.ImportFormat.RAW)
    found = []
    for dependency in (name, "absent-1.0-py3-none-any.whl"):
        spec = compute.Environment(environment_version="4", dependencies=[f"{folder}/{dependency}"])
        with_it = [jobs.JobEnvironment(environment_key="default", spec=spec)]
        waiter = workspace.jobs.submit(tasks=[python_task("imports", "imports.py")], environments=with_it, timeout_seconds=110)
        # The SDK raises for a set-up that failed, whose life cycle is INTERNAL_ERROR.
        if dependency == name:
            waiter.result(timeout=limit)
        else:
            refused(OperationFailed, lambda: waiter.result(timeout=limit))
        run = workspace.jobs.get_run(waiter.run_id)
        found.append((ends(run)[2], (workspace.jobs.get_run_output(run.tasks[0].run_id).logs or "").strip()))
    equal(found, [("SUCCESS", "installed"), ("LIBRARY_INSTALLATION_ERROR", "")], "ends")

parameters = [jobs.JobParameterDefinition(name="model_name", default=model), jobs.JobParameterDefinition(name="model_version", default="")]
references = ["{{job.parameters.model_name}}", "{{job.parameters.model_version}}", "0.0"]
job_id = None

with case("saved job: create, find by name, run with parameters, one run a token") as detail:
    task = job_task("validate", "validate.py", *references)
    job_id = workspace.jobs.create(name="Peer Validation", tasks=[task], environments=environments, parameters=parameters).job_id
    equal([job.job_id for job in workspace.jobs.list(name="peer validation")], [job_id], "found by name")
    job = workspace.jobs.get(job_id)
    equal(([each.name for each in job.settings.parameters], job.run_as_user_name), (["model_name", "model_version"], me), "job")
    first = workspace.jobs.run_now(job_id, job_parameters={"model_version": "1"}, idempotency_token="peer-1")
    again = workspace.jobs.run_now(job_id, job_parameters={"model_version": "1"}, idempotency_token="peer-1")
    equal(again.run_id, first.run_id, "run of the same token")
    run = first.result(timeout=limit)
    equal(ends(run), ("TERMINATED", "SUCCESS", "SUCCESS", "SUCCESS"), "end")
    equal({each.name: each.value for each in run.job_parameters}, {"model_name": model, "model_version": "1"}, "parameters")
    equal([each.run_id for each in workspace.jobs.list_runs(job_id=job_id, completed_only=True)], [run.run_id], "runs")
    detail.text = f"job {job_id}"

with case("saved job: run_now_and_wait, repair, update, reset, many tasks") as detail:
    run = workspace.jobs.run_now_and_wait(job_id, job_parameters={"model_version": "99"}, timeout=limit)
    equal(ends(run)[2], "RUN_EXECUTION_ERROR", "end of an absent version")
    changed = job_task("validate", "validate.py", model, "1", "0.0")
    workspace.jobs.update(job_id, new_settings=jobs.JobSettings(tasks=[changed], tags={"team": "risk"}))
    run = workspace.jobs.repair_run_and_wait(run.run_id, rerun_all_failed_tasks=True, timeout=limit)
    history = workspace.jobs.get_run(run.run_id, include_history=True).repair_history
    equal((ends(run)[2], [each.type.value for each in history]), ("SUCCESS", ["ORIGINAL", "REPAIR"]), "after the repair")
    many = [job_task(f"t{number}", "validate.py") for number in range(150)]
    workspace.jobs.reset(job_id, jobs.JobSettings(name="Peer Many", tasks=many, environments=environments))
    equal(len(workspace.jobs.get(job_id).settings.tasks), 150, "tasks, page after page")

with case("saved job: rights, and not-found after deleting") as detail:
    viewer = jobs.JobAccessControlRequest(user_name="grace@example.com", permission_level=jobs.JobPermissionLevel.CAN_VIEW)
    rights = workspace.jobs.update_permissions(str(job_id), access_control_list=[viewer])
    held = {each.user_name: each.all_permissions[0].permission_level.value for each in rights.access_control_list}
    equal(held, {me: "IS_OWNER", "grace@example.com": "CAN_VIEW"}, "rights")
    grace = WorkspaceClient(host=workspace.config.host, token="emulator-reader")
    equal(grace.jobs.get(job_id).job_id, job_id, "what a viewer sees")
    refused(PermissionDenied, lambda: grace.jobs.run_now(job_id))
    levels = workspace.jobs.get_permission_levels(str(job_id)).permission_levels
    equal(len(levels), 4, "levels")
    workspace.jobs.delete(job_id)
    refused(NotFound, lambda: workspace.jobs.get(job_id))
    refused(NotFound, lambda: workspace.jobs.get_run(1))


def served(version: str, **more) -> serving.ServedEntityInput:
    return serving.ServedEntityInput(entity_name=model, entity_version=version, name=f"v{version}", **more)


with case("serving: create, list, update and wait, shares, tags, rights") as detail:
    config = serving.EndpointCoreConfigInput(name="peer", served_entities=[served("1", workload_size="Small", scale_to_zero_enabled=True)])
    made = workspace.serving_endpoints.create_and_wait("peer", config=config, timeout=limit)
    equal((made.state.ready.value, made.config.config_version), ("READY", 1), "created")
    routes = [serving.Route(served_model_name="v1", traffic_percentage=0), serving.Route(served_model_name="v2", traffic_percentage=100)]
    both = [served("1", workload_size="Small", scale_to_zero_enabled=True), served("2", environment_vars={"KEY": "{{secrets/a/b}}"})]
    updated = workspace.serving_endpoints.update_config_and_wait("peer", served_entities=both, traffic_config=serving.TrafficConfig(routes=routes), timeout=limit)
    shares = {each.served_model_name: each.traffic_percentage for each in updated.config.traffic_config.routes}
    equal((updated.config.config_version, shares), (2, {"v1": 0, "v2": 100}), "after the update")
    equal([each.state.deployment.value for each in updated.config.served_entities], ["DEPLOYMENT_READY"] * 2, "deployments")
    [listed] = [each for each in workspace.serving_endpoints.list() if each.name == "peer"]
    equal([each.entity_version for each in listed.config.served_entities], ["1", "2"], "listed versions")
    workspace.serving_endpoints.patch("peer", add_tags=[serving.EndpointTag(key="team", value="risk")])
    querier = serving.ServingEndpointAccessControlRequest(
        user_name="grace@example.com", permission_level=serving.ServingEndpointPermissionLevel.CAN_QUERY
    )
    workspace.serving_endpoints.update_permissions(made.id, access_control_list=[querier])
    equal(workspace.serving_endpoints.get("peer").permission_level.value, "CAN_MANAGE", "level")
    detail.text = f"id {made.id}"

with case("serving: an update that fails is told, and one at a time is taken") as detail:
    waiter = workspace.serving_endpoints.update_config("peer", served_entities=[served("2")])
    refused(ResourceConflict, lambda: workspace.serving_endpoints.update_config("peer", served_entities=[served("1")]))
    waiter.result(timeout=limit)
    config = serving.EndpointCoreConfigInput(name="peer-fails", served_entities=[served("1")])
    workspace.serving_endpoints.create_and_wait("peer-fails", config=config, timeout=limit)
    refused(OperationFailed, lambda: workspace.serving_endpoints.update_config_and_wait("peer-fails", served_entities=[served("2")], timeout=limit))
    left = workspace.serving_endpoints.get("peer-fails")
    [pending] = left.pending_config.served_entities
    equal([each.entity_version for each in left.config.served_entities], ["1"], "what is served")
    equal(pending.state.deployment_state_message in workspace.serving_endpoints.build_logs("peer-fails", "v2").logs, True, "logs")
    workspace.serving_endpoints.delete("peer-fails")
    refused(NotFound, lambda: workspace.serving_endpoints.get("peer-fails"))
    detail.text = pending.state.deployment_state_message

with case("serving: external model, gateway, provisioned throughput") as detail:
    openai = serving.OpenAiConfig(openai_api_key_plaintext="sk-peer-secret")
    external = serving.ExternalModel(provider=serving.ExternalModelProvider.OPENAI, name="gpt", task="llm/v1/chat", openai_config=openai)
    config = serving.EndpointCoreConfigInput(name="peer-gpt", served_entities=[serving.ServedEntityInput(name="gpt", external_model=external)])
    gateway = serving.AiGatewayConfig(usage_tracking_config=serving.AiGatewayUsageTrackingConfig(enabled=True))
    made = workspace.serving_endpoints.create_and_wait("peer-gpt", config=config, ai_gateway=gateway, timeout=limit)
    read = made.config.served_entities[0].external_model
    equal((read.openai_config.openai_api_key_plaintext, made.ai_gateway.usage_tracking_config.enabled), (None, True), "read back")
    units = serving.PtEndpointCoreConfig(served_entities=[serving.PtServedModel(entity_name=model, entity_version="1", provisioned_model_units=50)])
    throughput = workspace.serving_endpoints.create_provisioned_throughput_endpoint_and_wait("peer-pt", config=units, timeout=limit)
    equal(throughput.config.served_entities[0].provisioned_model_units, 50, "units")
