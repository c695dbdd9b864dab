"""Our statement about the audit log, by others: `audit_log.py STATEMENT WAREHOUSE MODEL`.

STATEMENT is a JSON file with `statements` of `text` and `parameters`, about the one model and about it among others, and `moves` as our own client read them. sqlglot parses the text in Databricks'
dialect; databricks-sdk submits it, waits, reads it in chunks, and is refused as everybody else.
"""

import json
import pathlib
import sys
import time

import sqlglot
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import InvalidParameterValue, NotFound, PermissionDenied
from databricks.sdk.service import sql
from sqlglot import exp

from peer_case import case, equal

given = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
warehouse, model = sys.argv[2], sys.argv[3]
workspace = WorkspaceClient()
statements = workspace.statement_execution
asked = given["statements"][0]


def rejected(kind, call) -> str:
    try:
        call()
    except kind as error:
        return str(error)
    raise AssertionError(f"not refused by {kind.__name__}")


def values_of(statement) -> list:
    return [sql.StatementParameterListItem(**each) for each in statement["parameters"]]


def ended(response: sql.StatementResponse) -> sql.StatementResponse:
    going = (sql.StatementState.PENDING, sql.StatementState.RUNNING)
    while response.status.state in going:
        time.sleep(0.1)
        response = statements.get_statement(response.statement_id)
    return response


def rows_of(response: sql.StatementResponse) -> list:
    rows, part = list(response.result.data_array or []), response.result
    while part.next_chunk_index is not None:
        part = statements.get_statement_result_chunk_n(response.statement_id, part.next_chunk_index)
        rows += part.data_array or []
    return rows


with case("each of our statements is one SELECT with a limit, on the one table, and names only its parameters") as detail:
    for statement in given["statements"]:
        [tree] = sqlglot.parse(statement["text"], dialect="databricks")
        equal(type(tree), exp.Select, "kind")
        equal([table.sql(dialect="databricks") for table in tree.find_all(exp.Table)], ["system.access.audit"], "tables")
        named = sorted({each.name for each in tree.find_all(exp.Placeholder)})
        equal(named, sorted(each["name"] for each in statement["parameters"]), "parameters")
        equal(int(tree.args["limit"].expression.this) > 0, True, "limit")
        partition = [each for each in tree.find_all(exp.GTE) if each.this.name == "event_date"]
        equal(len(partition), 1, "conditions on the partition")
        detail.text = ", ".join(named)

for statement in given["statements"]:
    with case(f"statement_execution runs it, waits for the warehouse, and reads what our client read: {statement['parameters'][-1]['name']}") as detail:
        seen = ended(statements.execute_statement(statement["text"], warehouse, parameters=values_of(statement), wait_timeout="10s"))
        equal(seen.status.state, sql.StatementState.SUCCEEDED, "state")
        equal(seen.manifest.schema.column_count, 7, "columns")
        rows = rows_of(seen)
        equal(len(rows), seen.manifest.total_row_count, "rows")
        moves = []
        for at, action, identity, _, params, response, agent in reversed(rows):
            params, response = json.loads(params), json.loads(response)
            equal(params["full_name_arg"], model, "model")
            if response["status_code"] < 400:
                to = None if action.startswith("delete") else int(params["version_num"])
                moves.append({"at": at, "model": model, "alias": params["alias_arg"], "to": to, "who": json.loads(identity)["email"], "agent": agent, "isMade": True})
        equal(moves, given["moves"], "moves")
        detail.text = f"{len(moves)} moves of {len(rows)} rows, {seen.manifest.total_chunk_count} chunks"

with case("row_limit cuts, and says so"):
    cut = ended(statements.execute_statement(asked["text"], warehouse, parameters=values_of(asked), row_limit=1, wait_timeout="0s"))
    equal((len(rows_of(cut)), cut.manifest.truncated), (1, True), "rows")

with case("cancel: what has not ended is canceled"):
    waiting = statements.execute_statement(asked["text"], warehouse, parameters=values_of(asked), wait_timeout="0s")
    statements.cancel_execution(waiting.statement_id)
    equal(statements.get_statement(waiting.statement_id).status.state, sql.StatementState.CANCELED, "state")

with case("refusals: no value, no such statement, no such warehouse, no right") as detail:
    failed = ended(statements.execute_statement(asked["text"], warehouse, wait_timeout="10s"))
    equal((failed.status.state, failed.status.error.error_code), (sql.StatementState.FAILED, sql.ServiceErrorCode.BAD_REQUEST), "end")
    equal("UNBOUND_SQL_PARAMETER" in failed.status.error.message, True, failed.status.error.message)
    rejected(NotFound, lambda: statements.get_statement("0" * 32))
    rejected(NotFound, lambda: statements.execute_statement("SELECT 1", "f" * 16))
    rejected(InvalidParameterValue, lambda: statements.execute_statement("SELECT 1", warehouse, wait_timeout="1s"))
    grace = WorkspaceClient(host=workspace.config.host, token="emulator-reader")
    detail.text = rejected(PermissionDenied, lambda: grace.statement_execution.execute_statement("SELECT 1", warehouse))

with case("warehouses: listed, started and stopped by their rights"):
    equal([each.id for each in workspace.warehouses.list()], [warehouse], "list")
    equal(workspace.warehouses.get(warehouse).state, sql.State.RUNNING, "state")
    rejected(PermissionDenied, lambda: workspace.warehouses.stop(warehouse))
