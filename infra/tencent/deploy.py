"""Incremental deployment to Tencent Cloud: each step compares the current state first, so that an interrupted deploy
can be repeated."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from infra.deployment import Change, DeployFailed
from infra.tencent.scf import Scf
from infra.tencent.service import NAMESPACE, QUALIFIER, RUNTIME, URL_TRIGGER, Domain, Function, Layer, Stage

_URL_TRIGGER_NAME = "url"
_MAINTENANCE = "-maintenance"


class Buckets(Protocol):
    """The COS calls of the deploy. Bucket names end with the account's number."""

    def exists(self, bucket: str) -> bool: ...
    def create(self, bucket: str) -> None: ...
    def settings_of(self, bucket: str) -> Mapping[str, Any]: ...
    def set(self, bucket: str, kind: str, value: Any) -> None: ...
    def upload(self, bucket: str, key: str, content: bytes) -> None: ...


def changes(stage: Stage, scf: Scf, buckets: Buckets) -> Iterator[Change]:
    """The pending changes, in order. Comparing changes nothing. Apply each change before requesting the next one;
    for a plan, apply none."""
    yield from _bucket_changes(stage, buckets)
    versions: dict[str, int] = {}
    for layer in stage.layers:
        yield from _layer_changes(stage, layer, scf, buckets, versions)
    # Migrations run before the other functions are updated.
    ordered = sorted(stage.functions, key=lambda function: not function.name.endswith(_MAINTENANCE))
    for function in ordered:
        yield from _function_changes(function, scf, versions)
    if stage.domain is not None:
        yield from _domain_changes(stage.domain, scf)


def removals(stage: Stage, scf: Scf) -> Iterator[Change]:
    """Deletions of everything a deploy created, except the buckets, which contain users' images."""
    if stage.domain is not None and scf.call("GetCustomDomain", stage.domain.name, Domain=stage.domain.name):
        domain = stage.domain.name
        yield Change(f"delete domain {domain}", lambda: _ignore(scf.call("DeleteCustomDomain", domain, Domain=domain)))
    for function in stage.functions:
        name = function.name
        if scf.call("GetFunction", name, FunctionName=name):
            yield Change(f"delete function {name}", _call(scf, "DeleteFunction", name, FunctionName=name))
    for layer in stage.layers:
        for found in _versions_of(scf, layer.name):
            version = found.LayerVersion
            yield Change(
                f"delete layer {layer.name} version {version}",
                _call(scf, "DeleteLayerVersion", layer.name, LayerName=layer.name, LayerVersion=version),
            )


def _bucket_changes(stage: Stage, buckets: Buckets) -> Iterator[Change]:
    wanted: dict[str, dict[str, Any]] = {stage.deploy_bucket: {}}
    wanted.setdefault(stage.image_bucket, {})["cors"] = [
        {
            # Any origin if none is configured: presigned URLs restrict what a browser can do.
            "AllowedOrigin": list(stage.origins) or ["*"],
            "AllowedMethod": ["GET", "PUT"],
            "AllowedHeader": ["*"],
            "MaxAgeSeconds": "86400",
        }
    ]
    if stage.site_bucket:
        wanted.setdefault(stage.site_bucket, {})["website"] = {
            "IndexDocument": {"Suffix": "index.html"},
            # Paths of the SPA's own router are not objects; they serve the page with status 200.
            "ErrorDocument": {"Key": "index.html", "OriginalHttpStatus": "Disabled"},
            "RedirectAllRequestsTo": {"Protocol": "https"},
        }
        # The sandboxed frame of diagrams has no origin, so it loads its scripts cross-origin.
        wanted[stage.site_bucket]["cors"] = [
            {
                "AllowedOrigin": ["*"],
                "AllowedMethod": ["GET", "HEAD"],
                "AllowedHeader": ["*"],
                "MaxAgeSeconds": "86400",
            }
        ]
        wanted[stage.site_bucket]["policy"] = _readable_by_all(stage.region, stage.site_bucket)
        if stage.site_domain:
            # From COS's own domains browsers download files instead of opening them.
            rule = {"Name": stage.site_domain, "Type": "WEBSITE", "Status": "ENABLED"}
            wanted[stage.site_bucket]["domain"] = [rule]
    for bucket, settings in wanted.items():
        exists = buckets.exists(bucket)
        if not exists:
            yield Change(f"create bucket {bucket}", partial(buckets.create, bucket))
        found = buckets.settings_of(bucket) if exists else {}
        for kind, value in settings.items():
            if found.get(kind) != value:
                yield Change(f"set {kind} of bucket {bucket}", partial(buckets.set, bucket, kind, value))


def _readable_by_all(region: str, bucket: str) -> Mapping[str, Any]:
    """A policy by which everybody may read objects, but not list them.

    In the form that COS returns (https://cloud.tencent.com/document/product/436/8276), so that a comparison finds no
    change.
    """
    account = bucket.rpartition("-")[2]
    return {
        "version": "2.0",
        "Statement": [
            {
                "Principal": {"qcs": ["qcs::cam::anyone:anyone"]},
                "Effect": "allow",
                "Action": ["name/cos:GetObject"],
                "Resource": [f"qcs::cos:{region}:uid/{account}:{bucket}/*"],
            }
        ],
    }


def _layer_changes(
    stage: Stage, layer: Layer, scf: Scf, buckets: Buckets, versions: dict[str, int]
) -> Iterator[Change]:
    for found in _versions_of(scf, layer.name):
        if layer.digest in (found.Description or "") and found.Status in ("Active", "Publishing"):
            versions[layer.name] = found.LayerVersion
            return

    def publish() -> None:
        key = f"layers/{layer.name}/{layer.digest}.zip"
        buckets.upload(stage.deploy_bucket, key, layer.file.read_bytes())
        answer = scf.call(
            "PublishLayerVersion",
            layer.name,
            LayerName=layer.name,
            CompatibleRuntimes=[RUNTIME],
            Content={
                # The API expects the name without the account's number.
                "CosBucketName": stage.deploy_bucket.rpartition("-")[0],
                "CosObjectName": key,
                "CosBucketRegion": stage.region,
            },
            Description=f"content {layer.digest}",
        )
        versions[layer.name] = answer.LayerVersion

    versions[layer.name] = 0
    yield Change(f"publish layer {layer.name}", publish)


class _FunctionSteps:
    """The calls that create, update and finish one function."""

    def __init__(self, function: Function, scf: Scf, versions: Mapping[str, int]) -> None:
        self._function = function
        self._scf = scf
        self.digest = function.digest(versions)
        self.migrates = function.name.endswith(_MAINTENANCE)
        # Written with or after everything else, so that a function with this digest is complete. For the
        # maintenance function that is after the migrations: a deploy that failed there repeats them.
        self._finished = f"{function.description}\ncontent {self.digest}"
        self._configuration = {
            "FunctionName": function.name,
            **function.configuration,
            "Layers": [{"LayerName": layer, "LayerVersion": versions[layer]} for layer in function.layers],
            "Description": function.description if self.migrates else self._finished,
        }

    def create(self) -> None:
        body = {**self._configuration, **self._function.creation, "Code": {"ZipFile": self._function.code}}
        self._call("CreateFunction", **body)
        self._wait()

    def replace(self) -> None:
        self._call("DeleteFunction", FunctionName=self._function.name)
        self.create()

    def update(self) -> None:
        self._wait()
        creation = self._function.creation
        handler = {"Handler": creation["Handler"]} if "Handler" in creation else {}
        code = {"FunctionName": self._function.name, "ZipFile": self._function.code, "Namespace": NAMESPACE}
        self._call("UpdateFunctionCode", **code, **handler)
        self._wait()
        self._call("UpdateFunctionConfiguration", **self._configuration)
        self._wait()

    def migrate(self) -> None:
        name = self._function.name
        answer = self._call(
            "Invoke", FunctionName=name, InvocationType="RequestResponse", ClientContext='{"task": "migrate"}'
        )
        if answer is None or answer.Result.InvokeResult != 0:
            raise DeployFailed(f"{name}: the migrations failed: {answer and answer.Result.ErrMsg}")
        finished = {"FunctionName": name, "Description": self._finished, "Namespace": NAMESPACE}
        self._call("UpdateFunctionConfiguration", **finished)
        self._wait()

    def _call(self, action: str, **body: Any) -> Any:
        return self._scf.call(action, self._function.name, **body)

    def _wait(self) -> None:
        self._scf.wait_until_active(self._function.name)


def _function_changes(function: Function, scf: Scf, versions: Mapping[str, int]) -> Iterator[Change]:
    name = function.name
    steps = _FunctionSteps(function, scf, versions)
    found = scf.call("GetFunction", name, FunctionName=name)
    stale = found is None or steps.digest not in (found.Description or "")
    if found is None:
        yield Change(f"create function {name}", steps.create)
    elif found.Status == "CreateFailed":
        yield Change(f"create function {name} again", steps.replace)
    elif stale:
        yield Change(f"update function {name}", steps.update)
    if stale and steps.migrates:
        yield Change("migrate the database", steps.migrate)
    yield from _trigger_changes(function, scf)


def _trigger_changes(function: Function, scf: Scf) -> Iterator[Change]:
    listed = scf.call("ListTriggers", function.name, FunctionName=function.name)
    found = {trigger.TriggerName: trigger for trigger in (listed.Triggers or [])} if listed else {}
    wanted: dict[str, dict[str, Any]] = {
        timer.name: {"Type": "timer", "TriggerDesc": timer.cron, "CustomArgument": timer.argument, "Enable": "OPEN"}
        for timer in function.timers
    }
    if function.is_web:
        wanted[_URL_TRIGGER_NAME] = {"Type": "http", "TriggerDesc": URL_TRIGGER}
    for name, body in wanted.items():
        about = f"{function.name}, trigger {name}"
        trigger = {"FunctionName": function.name, "TriggerName": name, "Namespace": NAMESPACE, "Qualifier": QUALIFIER}
        if name not in found:
            yield Change(
                f"create trigger {name} of {function.name}", _call(scf, "CreateTrigger", about, **trigger, **body)
            )
        elif body["Type"] == "timer" and body["TriggerDesc"] not in found[name].TriggerDesc:
            yield Change(
                f"update trigger {name} of {function.name}", _call(scf, "UpdateTrigger", about, **trigger, **body)
            )


def _domain_changes(domain: Domain, scf: Scf) -> Iterator[Change]:
    body: dict[str, Any] = {"Domain": domain.name, "EndpointsConfig": [dict(entry) for entry in domain.endpoints]}
    if domain.certificate_id:
        body |= {"Protocol": "HTTPS", "CertConfig": {"CertificateId": domain.certificate_id}}
    else:
        body["Protocol"] = "HTTP"
    found = scf.call("GetCustomDomain", domain.name, Domain=domain.name)
    if found is None:
        yield Change(f"create domain {domain.name}", _call(scf, "CreateCustomDomain", domain.name, **body))
        return
    now = [
        {key: getattr(entry, key) for key in ("Namespace", "FunctionName", "Qualifier", "PathMatch")}
        for entry in found.EndpointsConfig or []
    ]
    if now != body["EndpointsConfig"] or found.Protocol != body["Protocol"]:
        yield Change(f"update domain {domain.name}", _call(scf, "UpdateCustomDomain", domain.name, **body))


def _versions_of(scf: Scf, layer: str) -> list[Any]:
    listed = scf.call("ListLayerVersions", layer, LayerName=layer)
    return list(listed.LayerVersions or []) if listed else []


def _call(scf: Scf, action: str, about: str, **body: Any) -> Callable[[], None]:
    return lambda: _ignore(scf.call(action, about, **body))


def _ignore(_answer: Any) -> None:
    return None
