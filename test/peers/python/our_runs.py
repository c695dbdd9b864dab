"""The official databricks-sdk reads what our actions started: `our_runs.py SCRIPT_RUN SAVED_JOB SAVED_RUN`; ids, as our reports name them."""

import json
import sys

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.service.jobs import RunType

from peer_case import case, equal

script_run, job, saved_run = (int(each) for each in sys.argv[1:4])
workspace = WorkspaceClient()
me = workspace.current_user.me().user_name


def said(task_run: int) -> dict:
    output = workspace.jobs.get_run_output(task_run)
    return json.loads([line for line in output.logs.splitlines() if '"passed"' in line][-1])


with case("the run of a script: listed, read, its task, its limit and its output") as detail:
    listed = [run.run_id for run in workspace.jobs.list_runs(run_type=RunType.SUBMIT_RUN, completed_only=True)]
    equal(script_run in listed, True, f"whether it is listed among {listed}")
    run = workspace.jobs.get_run(script_run)
    [task] = run.tasks
    equal((run.run_type, run.creator_user_name, run.status.termination_details.code.value), (RunType.SUBMIT_RUN, me, "SUCCESS"), "run")
    equal(task.spark_python_task.python_file.startswith(f"/Workspace/Users/{me}/.uc-promote/"), True, task.spark_python_task.python_file)
    equal([each.split("=")[0] for each in task.spark_python_task.parameters], ["--model_name", "--model_version", "--model_uri"], "arguments")
    equal(run.run_name.startswith("uc-promote "), True, run.run_name)
    detail.text = f"auc {said(task.run_id)['auc']}"

with case("the run of a saved job: its parameters as they were given, one run") as detail:
    runs = list(workspace.jobs.list_runs(job_id=job))
    equal([run.run_id for run in runs], [saved_run], "runs of the job")
    run = workspace.jobs.get_run(saved_run)
    values = {each.name: each.value for each in run.job_parameters}
    equal(sorted(values), ["model_name", "model_uri", "model_version"], "parameters")
    equal(values["model_uri"], f"models:/{values['model_name']}/{values['model_version']}", "uri")
    detail.text = f"auc {said(run.tasks[0].run_id)['auc']}"

with case("nothing of ours is left among the files of the workspace") as detail:
    try:
        left = [each.path for each in workspace.workspace.list(f"/Users/{me}/.uc-promote", recursive=True)]
    except NotFound:
        left = []
    equal(left, [], "left")
