"""What JSON Schema makes of what audits leave behind: `sarif_files.py LEFT SARIF_SCHEMA FINDINGS_SCHEMA`.

LEFT is a JSON object: what each audit left, its `findings` and its `sarif`, by name.
"""

import copy
import json
import pathlib
import sys
import urllib.parse

import jsonschema

from peer_case import case, equal


def main() -> None:
    left, sarif_schema, findings_schema = (json.loads(pathlib.Path(path).read_text("utf-8")) for path in sys.argv[1:4])
    judge = jsonschema.validators.validator_for(sarif_schema)
    judge.check_schema(sarif_schema)
    sarif = judge(sarif_schema, format_checker=jsonschema.FormatChecker())
    findings = jsonschema.Draft202012Validator(findings_schema)
    for name, each in left.items():
        with case(f"{name}: SARIF 2.1.0") as detail:
            sarif.validate(each["sarif"])
            run = each["sarif"]["runs"][0]
            rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
            for result in run["results"]:
                equal(rules[result["ruleIndex"]], result["ruleId"], "the rule of the index")
                for location in result["locations"]:
                    # A URI reference, as GitHub reads it, that stays inside of the repository.
                    uri = location["physicalLocation"]["artifactLocation"]["uri"]
                    parsed = urllib.parse.urlsplit(uri)
                    equal((parsed.scheme, parsed.netloc, ".." in parsed.path), ("", "", False), uri)
            detail.text = f"{len(run['results'])} results"
        with case(f"{name}: the published schema of findings") as detail:
            findings.validate(each["findings"])
            detail.text = f"{len(each['findings'])} findings"
    with case("the schemas refuse what is none"):
        good = left["planted"]
        for spoil in (
            lambda log: log.pop("version"),
            lambda log: log["runs"][0]["results"][0].pop("message"),
            lambda log: log["runs"][0]["results"][0].update(level="fatal"),
            lambda log: log["runs"][0]["tool"]["driver"].pop("name"),
        ):
            wrong = copy.deepcopy(good["sarif"])
            spoil(wrong)
            equal(sarif.is_valid(wrong), False, "a spoilt file is valid")
        for change in ({"severity": "fatal"}, {"version": 0}, {"model": None}):
            equal(findings.is_valid([good["findings"][0] | change]), False, f"{change} is valid")


main()
