"""What RFC 8785 and JSON Schema make of plan files: `plan_files.py FILES SCHEMA POLICY_SCHEMA`.

FILES is a JSON object: `values`, what we wrote as RFC 8785 beside the value; `plans`, plan files with the digest and the code
that we gave them; `refused`, texts that we refuse for their shape, by name; `policies` and `wrong_policies`, the documented policy
files, and what we refuse of them. The schemas are the published ones.
"""

import hashlib
import json
import pathlib
import sys

import jsonschema
import rfc8785

from peer_case import case, equal

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def sha256(value) -> bytes:
    return hashlib.sha256(rfc8785.dumps(value)).digest()


def code_of(plan, digest) -> str:
    run = {key: plan["run"][key] for key in ("repository", "runId", "attempt")}
    bits = int.from_bytes(sha256({"run": run, "digest": digest}), "big") >> (256 - 60)
    letters = "".join(LETTERS[(bits >> (5 * place)) & 31] for place in reversed(range(12)))
    return "-".join(["UCP", letters[:4], letters[4:8], letters[8:]])


def whole(text: str):
    """JSON has one kind of number: what is beyond the whole numbers of a double is one."""
    return int(text) if abs(int(text)) < 2**53 else float(text)


def main() -> None:
    texts = (pathlib.Path(path).read_text("utf-8") for path in sys.argv[1:4])
    files, schema, policy_schema = (json.loads(text, parse_int=whole) for text in texts)
    validator = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    with case("values as RFC 8785 writes them") as detail:
        jsonschema.Draft202012Validator.check_schema(schema)
        for value, written in files["values"]:
            equal(written, rfc8785.dumps(value).decode("utf-8"), "canonical form")
        detail.text = f"{len(files['values'])} values"
    with case("digest and code of plans, by another program") as detail:
        for plan, digest, code in files["plans"]:
            bound = {key: plan[key] for key in ("run", "registry", "changes", "basis")}
            equal(digest, sha256(bound).hex(), "digest")
            equal(code, code_of(plan, digest), "code")
        detail.text = f"{len(files['plans'])} plans"
    with case("the published schema takes every plan") as detail:
        for plan, _, _ in files["plans"]:
            validator.validate(plan)
        detail.text = f"{len(files['plans'])} plans"
    with case("the published schema refuses what we refuse") as detail:
        taken = [name for name, plan in files["refused"].items() if validator.is_valid(plan)]
        equal(taken, [], "taken")
        detail.text = f"{len(files['refused'])} plans"
    with case("the schema for editors takes every documented policy file, and refuses keys and kinds that we refuse") as detail:
        jsonschema.Draft202012Validator.check_schema(policy_schema)
        policies = jsonschema.Draft202012Validator(policy_schema)
        for policy in files["policies"]:
            policies.validate(policy)
        taken = [policy for policy in files["wrong_policies"] if policies.is_valid(policy)]
        equal(taken, [], "taken")
        detail.text = f"{len(files['policies'])} and {len(files['wrong_policies'])} files"


main()
