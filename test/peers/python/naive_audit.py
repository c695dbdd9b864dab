"""A naive audit, written from docs/audit-aliases.md alone, with the official databricks-sdk: `naive_audit.py DOCS CASES`.

DOCS is that page, whose table says which findings there are. CASES is a JSON list of `{name, url, inputs, policy, planted,
ours}`: a registry, the inputs of the audit, its policy file, what was planted in it, and what audit-aliases found there.
"""

import fnmatch
import hashlib
import json
import pathlib
import re
import sys
import time

import yaml
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound, PermissionDenied

from peer_case import case, equal

LEGACY = "/api/2.0/mlflow/unity-catalog"
READY, PENDING, FAILED = "READY", "PENDING_REGISTRATION", "FAILED_REGISTRATION"


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def tags_of(rows) -> dict[str, str]:
    return {row["key"]: row.get("value", "") for row in rows or []}


class Registry:
    def __init__(self, url: str):
        self.client = WorkspaceClient(host=url, token="emulator-promoter")

    def models(self, catalog: str) -> list[str]:
        return [m.full_name for m in self.client.registered_models.list() if m.full_name.startswith(f"{catalog}.")]

    def legacy(self, path: str, **query):
        return self.client.api_client.do("GET", f"{LEGACY}/{path}", query=query)

    def version(self, model: str, number: int):
        """Status, source, tags and time of registration of a version; None where there is none."""
        try:
            row = self.legacy("model-versions/get", name=model, version=str(number))["model_version"]
        except NotFound:
            return None
        made = int(row["creation_timestamp"]) / 1000
        return {"status": row["status"], "source": row.get("source", ""), "tags": tags_of(row.get("tags")), "made": made}

    def files(self, model: str, number: int) -> dict[str, int]:
        root = f"/Models/{model.replace('.', '/')}/{number}"
        return {f.name: f.file_size for f in self.client.files.list_directory_contents(root)}

    def read(self, model: str, number: int, name: str) -> bytes | None:
        try:
            return self.client.files.download(f"/Models/{model.replace('.', '/')}/{number}/{name}").contents.read()
        except NotFound:
            return None

    def digest(self, model: str, number: int, how: str) -> str:
        files = sorted(self.files(model, number).items())
        total = hashlib.sha256()
        for name, size in files:
            whole = how == "full"
            total.update(hashlib.sha256(self.read(model, number, name)).digest() if whole else f"{name}\0{size}\n".encode())
        return f"sha256:{total.hexdigest()}"


def signature_codes(text: bytes | None) -> list[str]:
    if text is None:
        return ["signature-mlmodel-missing"]
    try:
        root = yaml.safe_load(text)
        parts = root.get("signature")
        given = {} if parts is None else {part: json.loads(parts[part]) for part in ("inputs", "outputs", "params") if parts.get(part)}
    except (yaml.YAMLError, ValueError, AttributeError):
        return ["signature-unreadable"]
    packaged = root["flavors"]["python_function"]["loader_module"] == "databricks.feature_store.mlflow_model"
    more = ["signature-feature-store"] if packaged else []
    if parts is None:
        return ["signature-absent", *more]
    if "inputs" not in given and "outputs" not in given:
        return ["signature-params-only" if "params" in given else "signature-empty", *more]
    codes = []
    columns = given.get("inputs", []) + given.get("outputs", [])
    if any("optional" in column for column in columns):
        if tuple(int(n) for n in str(root.get("mlflow_version", "99.0")).split(".")[:2]) >= (2, 18):
            return ["signature-unreadable"]
        codes.append("signature-older-release")
    for part in ("inputs", "outputs"):
        if part not in given:
            codes.append(f"signature-{part}-missing")
        elif not given[part]:
            codes.append(f"signature-{part}-empty")
        else:
            names = [column["name"] for column in given[part] if "name" in column]
            if len(set(names)) < len(names):
                codes.append(f"signature-{part}-repeated")
            if part == "inputs" and not all(names):
                codes.append("signature-inputs-false-name")
    return codes + more


def origin_of(version) -> str | None:
    tagged = version["tags"].get("uc_promote_origin")
    return tagged if tagged is not None else version["source"] if version["source"].startswith("models:/") else None


def uri_of(origin: str) -> str:
    return origin.split(" in ")[0].lower()


def is_from(origin: str, patterns: list[str]) -> bool:
    model = uri_of(origin).removeprefix("models:/").rpartition("/")[0]
    return any(fnmatch.fnmatchcase(model, pattern.lower()) for pattern in patterns)


class Audit:
    """One model."""

    def __init__(self, registry: Registry, model: str, inputs: dict[str, str], policy: str):
        self.registry, self.model, self.inputs, self.found = registry, model, inputs, []
        rules = [rule for rule in yaml.safe_load(policy)["models"] if fnmatch.fnmatchcase(model, rule["match"])]
        self.rule = rules[0] if rules else {}
        info = registry.client.registered_models.get(model, include_aliases=True)
        self.aliases = [(a.alias_name, a.version_num) for a in info.aliases or []]
        self.tags = tags_of(registry.legacy("registered-models/get", name=model)["registered_model"].get("tags"))
        self.listed = {v.version: v.status.value for v in registry.client.model_versions.list(model)}
        pins = yaml.safe_load(pathlib.Path(inputs["pins"]).read_text("utf-8")) or {}
        self.pins = {alias.lower(): (alias, str(target)) for alias, target in pins.get(model, {}).items()}
        self.holds = {k: v for k, v in self.tags.items() if k.startswith("uc_promote_hold_")}

    def add(self, code: str, alias=None, version=None, versions=None, size=None) -> None:
        self.found.append((code, self.model, alias, version, versions, size))

    def endpoints(self) -> None:
        named = {number for _, number in self.aliases}
        for endpoint in self.registry.client.serving_endpoints.list():
            entities = (endpoint.config and endpoint.config.served_entities) or []
            own = [e for e in entities if (e.entity_name or "").lower() == self.model.lower()]
            if not own:
                continue
            traffic = self.registry.client.serving_endpoints.get(endpoint.name).config.traffic_config
            routes = (traffic and traffic.routes) or []
            busy = {r.served_entity_name or r.served_model_name for r in routes if r.traffic_percentage}
            served = {int(e.entity_version) for e in own if e.name in busy} or {int(e.entity_version) for e in own}
            if served and self.aliases and not served & named:
                self.add("endpoint-behind", *(self.aliases[0] if len(self.aliases) == 1 else ()))

    def run(self) -> list[tuple]:
        needed = {number for _, number in self.aliases}
        for alias, number in self.aliases:
            version = self.registry.version(self.model, number)
            if version is None:
                self.add("alias-dangling", alias, number)
            else:
                self.version_of(alias, number, version)
        for alias, moves in self.records():
            target = self.record_of(alias, moves)
            needed |= {target} if target else set()
        self.pinned()
        self.rules_and_names()
        self.endpoints()
        for number, status in self.listed.items():
            if status in (PENDING, FAILED):
                self.add("version-pending" if status == PENDING else "version-failed", None, number)
        if self.inputs["report-unused"] == "true":
            unused = [number for number, status in self.listed.items() if status == READY and number not in needed]
            if unused:
                size = sum(sum(self.registry.files(self.model, number).values()) for number in unused)
                self.add("versions-unused", versions=len(unused), size=size)
            if not self.aliases:
                self.add("model-without-alias")
        return self.found

    def version_of(self, alias: str, number: int, version) -> None:
        tags, ready = version["tags"], version["status"] == READY
        if not ready:
            self.add("version-not-ready", alias, number)
        if "uc_promote_hold" in tags:
            self.add("version-on-hold", alias, number)
        for value in self.holds.values():
            code = self.hold_code(value, number, version)
            if code:
                self.add(code, alias, number)
        for line in lines(self.inputs["require"]):
            key, _, value = line.partition("=")
            if tags.get(key) != value:
                self.add("required-tag", alias, number)
        origin = origin_of(version)
        if origin is None:
            self.add("origin-missing", alias, number)
        elif not is_from(origin, lines(self.inputs["require-origin"])):
            self.add("origin-other", alias, number)
        if alias.lower() in [name.lower() for name in self.rule.get("protected", [alias])]:
            self.by_policy(alias, number, version, origin)
        if ready:
            for code in signature_codes(self.registry.read(self.model, number, "MLmodel")):
                self.add(code, alias, number)
            self.compare(alias, number, version, origin)

    def hold_code(self, value: str, number: int, version) -> str | None:
        try:
            hold = json.loads(value)
            if not isinstance(hold, dict) or not {"version", "origin", "content"} & hold.keys():
                return "hold-unreadable"
        except ValueError:
            return "hold-unreadable"
        if hold.get("version") == number:
            return "version-on-hold"
        origin = origin_of(version)
        held = {f"models:/{self.model}/{hold.get('version')}".lower(), uri_of(hold.get("origin", ""))}
        if origin and uri_of(origin) in held:
            return "equal-on-hold"
        content = version["tags"].get("uc_promote_digest")
        return "equal-on-hold" if content and content == hold.get("content") else None

    def by_policy(self, alias: str, number: int, version, origin: str | None) -> None:
        required = self.rule.get("require", {})
        key = required.get("status-key", "validation_status")
        if "status" in required and version["tags"].get(key) != required["status"]:
            self.add("policy-status", alias, number)
        if "origin" not in required:
            return
        patterns = required["origin"] if isinstance(required["origin"], list) else [required["origin"]]
        if origin is None or not is_from(origin, patterns):
            self.add("policy-origin", alias, number)
        if origin is None:
            return
        elsewhere = " in " in origin
        how = "full" if self.inputs["verify"] == "full" else "listing"
        made = None if elsewhere else self.source_of(origin, None)[0]
        if version["status"] != READY:
            same = False
        else:
            own, recorded = self.own_and_recorded(number, version, how)
            if elsewhere:
                same = recorded == own
            else:
                same = recorded in (None, own) and self.source_of(origin, how)[1] == own
        if not same:
            self.add("policy-origin-content", alias, number)
        hours = int(required["min-age"].removesuffix("h"))
        if time.time() - (version["made"] if made is None else made) < hours * 3600:
            self.add("policy-age", alias, number)

    def own_and_recorded(self, number: int, version, how: str) -> tuple[str, str | None]:
        recorded = version["tags"].get("uc_promote_digest" if how == "full" else "uc_promote_listing")
        return self.registry.digest(self.model, number, how), recorded

    def source_of(self, origin: str, how: str | None) -> tuple[float | None, str | None]:
        """When a source of this metastore was registered, and its digest; None for what cannot be read."""
        model, _, number = uri_of(origin).removeprefix("models:/").rpartition("/")
        try:
            source = self.registry.version(model, int(number))
            if source is None:
                return None, None
            return source["made"], self.registry.digest(model, int(number), how) if how else None
        except PermissionDenied:
            return None, None

    def compare(self, alias: str, number: int, version, origin: str | None) -> None:
        how = self.inputs["verify"]
        if how == "off":
            return
        own, recorded = self.own_and_recorded(number, version, how)
        if recorded != own:
            self.add("digest-unrecorded" if recorded is None else "digest-differs", alias, number)
        if origin is None or " in " in origin:
            return
        other = self.source_of(origin, how)[1]
        if other != own:
            self.add("source-unknown" if other is None else "source-differs", alias, number)

    def records(self) -> list[tuple]:
        found = []
        for key, value in self.tags.items():
            if not key.startswith("uc_promote_moves_"):
                continue
            try:
                moves = [move for move in json.loads(value) if self.is_move(move)]
            except ValueError:
                moves = []
            if moves:
                found.append((moves[0]["alias"], moves))
            else:
                self.unreadable(key.removeprefix("uc_promote_moves_"))
        return found

    @staticmethod
    def is_move(move) -> bool:
        return all(move.get(end) is None or isinstance(move.get(end), int) for end in ("from", "to"))

    def unreadable(self, digits: str) -> None:
        keys = {hashlib.sha256(name.lower().encode()).hexdigest()[:12]: (name, number) for name, number in self.aliases}
        self.add("record-unreadable", *keys.get(digits, (None, None)))

    def record_of(self, alias: str, moves) -> int | None:
        """The version that a rollback of the alias would return to."""
        now = next((number for name, number in self.aliases if name.lower() == alias.lower()), None)
        shown = next((name for name, _ in self.aliases if name.lower() == alias.lower()), alias)
        newest = moves[0]
        if now not in (newest["to"], newest["from"]):
            self.add("moved-outside", shown, now)
            return None
        target = newest["from"]
        if now != newest["to"] or now is None or target is None:
            return None
        status = self.listed.get(target)
        held = any(self.hold_code(v, target, {"tags": {}, "source": ""}) in ("version-on-hold", "hold-unreadable") for v in self.holds.values())
        if status is None:
            self.add("rollback-missing", shown, now)
        elif status != READY:
            self.add("rollback-not-ready", shown, now)
        elif held:
            self.add("rollback-on-hold", shown, now)
        return target

    def pinned(self) -> None:
        present = {alias.lower(): (alias, number) for alias, number in self.aliases}
        for low, (pinned, target) in self.pins.items():
            alias, now = present.get(low, (pinned, None))
            version = self.registry.version(self.model, now) if now else None
            origin = origin_of(version) if version else None
            if target == "none":
                right = now is None
            elif "/" in target:
                right = origin is not None and uri_of(origin) == f"models:/{target}".lower()
            else:
                right = now == int(target)
            if not right:
                self.add("pin-differs", alias, now)

    def rules_and_names(self) -> None:
        rules = {k.lower(): (k, v) for k, _, v in (line.partition("=") for line in lines(self.inputs["alias-rules"]))}
        present = {alias.lower() for alias, _ in self.aliases}
        for low, (alias, rule) in rules.items():
            if rule == "required" and low not in present:
                self.add("alias-missing", alias)
        listing = any(rule != "forbidden" for _, rule in rules.values())
        seen = set()
        for alias, number in self.aliases:
            _, rule = rules.get(alias.lower(), (alias, None))
            if rule == "forbidden":
                self.add("alias-forbidden", alias, number)
            elif rule is None and listing:
                self.add("alias-unknown", alias, number)
            if alias.lower() in seen:
                self.add("alias-case", alias, number)
            seen.add(alias.lower())
        if len(self.aliases) > 10:
            self.add("alias-count")


def rows(findings) -> list[str]:
    fields = ("code", "model", "alias", "version", "versions", "bytes")
    tuples = [tuple(f.get(field) for field in fields) if isinstance(f, dict) else f for f in findings]
    return sorted(" ".join("-" if value is None else str(value) for value in row) for row in tuples)


def main() -> None:
    table = dict(re.findall(r'^\| <a id="([a-z-]+)"></a>`\1` \| (\w+) \|', pathlib.Path(sys.argv[1]).read_text("utf-8"), re.M))
    cases = json.loads(pathlib.Path(sys.argv[2]).read_text("utf-8"))
    seen = set()
    for each in cases:
        with case(each["name"]) as detail:
            registry = Registry(each["url"])
            found = [row for model in registry.models("audited") for row in Audit(registry, model, each["inputs"], each["policy"]).run()]
            seen |= {row[0] for row in found}
            equal(rows(found), rows(each["planted"]), "the naive audit, and what was planted")
            equal(rows(found), rows(each["ours"]), "the naive audit, and audit-aliases")
            wrong = {f["code"] for f in each["ours"] if table.get(f["code"]) != f["severity"]}
            equal(wrong, set(), "codes of another severity than the table has")
            detail.text = f"{len(found)} findings"
    with case("every row of the table was found"):
        equal(sorted(seen), sorted(table), "codes")


main()
