"""What sqlglot reads out of the SQL that is printed for grants: `printed_sql.py CASES`.

CASES is a JSON list of `{verb, statements, request}`. Every statement must be one statement, and say the privilege, the
securable and the principal that the request's path and body say, in their order.
"""

import collections
import json
import logging
import pathlib
import sys
import urllib.parse

import sqlglot
from sqlglot import exp
from sqlglot.tokens import TokenType

from peer_case import case, equal

# sqlglot says on standard error when it knows a statement by its first word only.
logging.getLogger("sqlglot").setLevel(logging.ERROR)
DIALECT = "databricks"


def parsed(text: str):
    """(verb, privilege, type, parts, principal), and whether the grammar or only the tokens told it."""
    [tree] = sqlglot.parse(text, dialect=DIALECT)
    if isinstance(tree, exp.Command):
        return read_tokens(text), "tokens"
    verb = {exp.Grant: "GRANT", exp.Revoke: "REVOKE"}[type(tree)]
    [privilege], [principal] = tree.args["privileges"], tree.args["principals"]
    table = tree.args["securable"]
    equal([part.args["quoted"] for part in table.parts], [True] * len(table.parts), "quotation of the securable")
    equal(principal.this.args["quoted"], True, "quotation of the principal")
    parts = [part.name for part in table.parts]
    return (verb, privilege.this.name, str(tree.args["kind"]), parts, principal.this.name), "grammar"


def read_tokens(text: str):
    """The same by tokens: VERB words ON KIND identifier(.identifier)* TO|FROM identifier, and nothing after it."""
    tokens = sqlglot.tokenize(text, dialect=DIALECT)
    verb, rest = tokens[0].text, tokens[1:]
    on = next(index for index, token in enumerate(rest) if token.token_type == TokenType.ON)
    privilege = " ".join(token.text for token in rest[:on])
    kind, *named = rest[on + 1 :]
    *path, preposition, principal = named
    equal(preposition.text, {"GRANT": "TO", "REVOKE": "FROM"}[verb], "preposition")
    equal(principal.token_type, TokenType.IDENTIFIER, "token of the principal")
    wanted = [TokenType.IDENTIFIER if index % 2 == 0 else TokenType.DOT for index in range(len(path))]
    equal([token.token_type for token in path], wanted, "tokens of the securable")
    return (verb, privilege, kind.text, [token.text for token in path[::2]], principal.text)


def asked(verb: str, request):
    """What the request asks for, one row a privilege, in the same words."""
    *_, collection, kind, name = request["path"].split("/")
    equal(collection, "permissions", "collection of the path")
    parts = [urllib.parse.unquote(part) for part in name.split(".")]
    [change] = request["body"]["changes"]
    [privileges] = [change[key] for key in change if key != "principal"]
    equal("add" in change, verb == "GRANT", "whether the body adds")
    spelled = [privilege.replace("_", " ") for privilege in privileges]
    return [(verb, privilege, kind.upper(), parts, change["principal"]) for privilege in spelled]


by_shape = collections.defaultdict(list)
for each in json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")):
    by_shape[each["verb"], each["request"]["path"].split("/")[-2]].append(each)

for (verb, kind), printed in by_shape.items():
    with case(f"{verb} on a {kind} says what the request says") as detail:
        count = collections.Counter()
        for each in printed:
            rows = asked(verb, each["request"])
            equal(len(each["statements"]), len(rows), "count of statements")
            for statement, row in zip(each["statements"], rows):
                found, by = parsed(statement)
                equal(found, row, statement)
                count[by] += 1
        detail.text = ", ".join(f"{number} statements by {by}" for by, number in count.items())
