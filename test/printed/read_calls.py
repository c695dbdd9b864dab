"""What Python makes of printed calls of MLflow's client: `read_calls.py`, JSON lists in and out.

Each text is parsed by the interpreter itself; every argument must be a literal text. Nothing of it is run.
"""

import ast
import json
import sys


def client_of(node: ast.expr) -> list[str]:
    assert isinstance(node, ast.Call) and not node.args, ast.dump(node)
    assert ast.unparse(node.func) == "mlflow.MlflowClient", ast.unparse(node.func)
    keywords = {each.arg: ast.literal_eval(each.value) for each in node.keywords}
    assert set(keywords) in ({"tracking_uri", "registry_uri"}, set()), keywords
    return [keywords["tracking_uri"], keywords["registry_uri"]] if keywords else []


def read(text: str) -> dict:
    first, *statements = ast.parse(text).body
    assert ast.unparse(first) == "import mlflow", ast.unparse(first)
    place, workspace, is_named, calls = [], None, False, []
    for statement in statements:
        if isinstance(statement, ast.Assign):
            assert [ast.unparse(each) for each in statement.targets] == ["client"], ast.unparse(statement)
            place, is_named = client_of(statement.value), True
            continue
        assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call), ast.unparse(statement)
        call = statement.value
        assert isinstance(call.func, ast.Attribute) and not call.keywords, ast.unparse(statement)
        if ast.unparse(call.func) == "mlflow.set_workspace":
            assert workspace is None and not calls and not is_named, ast.unparse(statement)
            (workspace,) = [ast.literal_eval(each) for each in call.args]
            continue
        if is_named:
            assert ast.unparse(call.func.value) == "client", ast.unparse(statement)
        else:
            place = client_of(call.func.value)
        args = [ast.literal_eval(each) for each in call.args]
        assert all(isinstance(each, str) for each in args), args
        calls.append({"method": call.func.attr, "args": args})
    return {"place": place, "workspace": workspace, "calls": calls}


json.dump([read(text) for text in json.load(sys.stdin)], sys.stdout)
