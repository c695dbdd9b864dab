"""The official databricks-sdk saves a job that validates a version, and lets another principal run it: `save_job.py SCRIPT PRINCIPAL`."""

import pathlib
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import compute, iam, jobs
from databricks.sdk.service.workspace import ImportFormat

from peer_case import case

script, principal = pathlib.Path(sys.argv[1]).read_bytes(), sys.argv[2]
names = ("model_name", "model_version", "model_uri")

with case("a job is saved, with job parameters that its script names") as detail:
    workspace = WorkspaceClient()
    workspace.workspace.mkdirs("/Workspace/Shared/validation")
    workspace.workspace.upload("/Workspace/Shared/validation/validate.py", script, format=ImportFormat.RAW)
    arguments = [f"--{name}={{{{job.parameters.{name}}}}}" for name in names]
    task = jobs.Task(
        task_key="validate",
        environment_key="default",
        spark_python_task=jobs.SparkPythonTask(python_file="/Workspace/Shared/validation/validate.py", parameters=arguments),
    )
    job = workspace.jobs.create(
        name="Peer Judge",
        tasks=[task],
        environments=[jobs.JobEnvironment(environment_key="default", spec=compute.Environment(environment_version="4"))],
        parameters=[jobs.JobParameterDefinition(name=name, default="") for name in names],
    )
    right = iam.AccessControlRequest(service_principal_name=principal, permission_level=iam.PermissionLevel.CAN_MANAGE_RUN)
    workspace.permissions.update("jobs", str(job.job_id), access_control_list=[right])
    detail.text = f"job {job.job_id}"
