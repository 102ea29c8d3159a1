"""Incremental deployment to Tencent Cloud: each step compares the current state first, so that an interrupted deploy
can be repeated.

A release is a published version of every function: code, layers and environment together. Callers address the alias
`live`, which moves when every function has its version, so that no request meets new code with old layers.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from infra.deployment import KEPT_RELEASES, Change
from infra.tencent.scf import NAMESPACE, Scf
from infra.tencent.service import ALIAS, RUNTIME, URL_TRIGGER, Domain, Function, Layer, Stage

_URL_TRIGGER_NAME = "url"
_MAINTENANCE = "-maintenance"
# Seconds for which SCF keeps an asynchronous event that it cannot deliver: its default.
_EVENT_SECONDS = 21_600


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
    maintenance = [function for function in stage.functions if function.name.endswith(_MAINTENANCE)]
    others = [function for function in stage.functions if function not in maintenance]
    # Migrations run before the other functions are updated.
    for function in maintenance:
        steps = _FunctionSteps(function, scf, versions, stage.release)
        yield from steps.version_changes()
        yield from steps.alias_changes(migrate=True)
    released = [_FunctionSteps(function, scf, versions, stage.release) for function in others]
    for steps in released:
        yield from steps.version_changes()
    for steps in released:
        yield from steps.alias_changes()
    for function in (*maintenance, *others):
        yield from _retry_changes(function, scf)
        yield from _trigger_changes(function, scf)
        yield from _old_version_changes(function, scf)
    yield from _old_layer_changes(stage, scf)
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
    """The changes that release one function."""

    def __init__(self, function: Function, scf: Scf, versions: Mapping[str, int], release: str) -> None:
        """`versions`: of the layers. `release`: its id, the description of the published version."""
        self._function = function
        self._scf = scf
        self._release = release
        self._digest = function.digest(versions)
        self._configuration = {
            "FunctionName": function.name,
            **function.configuration,
            "Layers": [{"LayerName": layer, "LayerVersion": versions[layer]} for layer in function.layers],
            # Written after the code, so that a function with this digest is complete.
            "Description": f"{function.description}\ncontent {self._digest}",
        }

    def version_changes(self) -> Iterator[Change]:
        """Create or update `$LATEST`, which nobody calls, and publish it."""
        name = self._function.name
        found = self._call("GetFunction", FunctionName=name)
        if found is None:
            yield Change(f"create function {name}", self._create)
        elif found.Status == "CreateFailed":
            yield Change(f"create function {name} again", self._replace)
        elif self._digest not in (found.Description or ""):
            yield Change(f"update function {name}", self._update)
        if self._published() is None:
            yield Change(f"publish function {name}", self._publish)

    def alias_changes(self, *, migrate: bool = False) -> Iterator[Change]:
        """Move the alias to the published version; `migrate`: after its migrations, so that a deploy that failed
        there repeats them."""
        name = self._function.name
        alias = self._call("GetAlias", FunctionName=name, Name=ALIAS)
        version = self._published()
        if alias is not None and version is not None and alias.FunctionVersion == version:
            return
        if migrate:
            yield Change("migrate the database", self._migrate)
        action = "CreateAlias" if alias is None else "UpdateAlias"
        yield Change(f"release function {name}", partial(self._move, action))

    def _create(self) -> None:
        body = {**self._configuration, **self._function.creation, "Code": {"ZipFile": self._function.code}}
        self._call("CreateFunction", **body)
        self._wait()

    def _replace(self) -> None:
        self._call("DeleteFunction", FunctionName=self._function.name)
        self._create()

    def _update(self) -> None:
        self._wait()
        creation = self._function.creation
        handler = {"Handler": creation["Handler"]} if "Handler" in creation else {}
        code = {"FunctionName": self._function.name, "ZipFile": self._function.code, "Namespace": NAMESPACE}
        self._call("UpdateFunctionCode", **code, **handler)
        self._wait()
        self._call("UpdateFunctionConfiguration", **self._configuration)
        self._wait()

    def _publish(self) -> None:
        name = self._function.name
        answer = self._call("PublishVersion", FunctionName=name, Description=self._release, Namespace=NAMESPACE)
        self._scf.wait_until_active(name, answer.FunctionVersion)

    def _published(self) -> str | None:
        """The newest version of this release."""
        for version in _versions_of_function(self._scf, self._function.name):
            if version.Description == self._release:
                return str(version.Version)
        return None

    def _migrate(self) -> None:
        self._scf.run(self._function.name, self._published() or "", {"task": "migrate"})

    def _move(self, action: str) -> None:
        name = self._function.name
        self._call(action, FunctionName=name, Name=ALIAS, FunctionVersion=self._published(), Description=self._release)

    def _call(self, action: str, **body: Any) -> Any:
        return self._scf.call(action, self._function.name, **body)

    def _wait(self) -> None:
        self._scf.wait_until_active(self._function.name)


def _retry_changes(function: Function, scf: Scf) -> Iterator[Change]:
    """Retries of failed asynchronous invocations, which SCF repeats twice by default."""
    name = function.name
    if function.retries is None:
        return
    found = scf.call("GetFunctionEventInvokeConfig", name, FunctionName=name)
    now = [entry.RetryNum for entry in found.AsyncTriggerConfig.RetryConfig or []] if found else []
    if now != [function.retries]:
        config = {"RetryConfig": [{"RetryNum": function.retries}], "MsgTTL": _EVENT_SECONDS}
        change = _call(scf, "UpdateFunctionEventInvokeConfig", name, FunctionName=name, AsyncTriggerConfig=config)
        yield Change(f"set retries of {name}", change)


def _old_version_changes(function: Function, scf: Scf) -> Iterator[Change]:
    name = function.name
    kept = _kept_versions(function, scf)
    for found in _versions_of_function(scf, name):
        version = found.Version
        if version not in kept:
            delete = _call(scf, "DeleteFunction", name, FunctionName=name, Qualifier=version)
            yield Change(f"delete version {version} of {name}", delete)


def _kept_versions(function: Function, scf: Scf) -> set[str]:
    """The newest versions of a function, and the one that callers reach."""
    name = function.name
    alias = scf.call("GetAlias", name, FunctionName=name, Name=ALIAS)
    newest = {found.Version for found in _versions_of_function(scf, name)[:KEPT_RELEASES]}
    return newest if alias is None else {*newest, alias.FunctionVersion}


def _old_layer_changes(stage: Stage, scf: Scf) -> Iterator[Change]:
    """Deletions of the layer versions that no kept version of a function uses."""
    published = {layer.name: _versions_of(scf, layer.name) for layer in stage.layers}
    if all(len(versions) <= KEPT_RELEASES for versions in published.values()):
        return
    used: set[tuple[str, int]] = set()
    for function in stage.functions:
        for qualifier in ("$LATEST", *_kept_versions(function, scf)):
            found = scf.call("GetFunction", function.name, FunctionName=function.name, Qualifier=qualifier)
            if found is not None:
                used.update((layer.LayerName, layer.LayerVersion) for layer in found.Layers or [])
    for name, versions in published.items():
        for version in (found.LayerVersion for found in versions if (name, found.LayerVersion) not in used):
            yield Change(
                f"delete layer {name} version {version}",
                _call(scf, "DeleteLayerVersion", name, LayerName=name, LayerVersion=version),
            )


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
        trigger = {"FunctionName": function.name, "TriggerName": name, "Namespace": NAMESPACE, "Qualifier": ALIAS}
        if name not in found:
            yield Change(
                f"create trigger {name} of {function.name}", _call(scf, "CreateTrigger", about, **trigger, **body)
            )
        elif body["Type"] == "timer" and (
            body["TriggerDesc"] not in found[name].TriggerDesc or body["CustomArgument"] != found[name].CustomArgument
        ):
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
    certificate = found.CertConfig.CertificateId if found.CertConfig else None
    is_renewed = domain.certificate_id not in ("", None, certificate)
    if now != body["EndpointsConfig"] or found.Protocol != body["Protocol"] or is_renewed:
        yield Change(f"update domain {domain.name}", _call(scf, "UpdateCustomDomain", domain.name, **body))


def _versions_of_function(scf: Scf, name: str) -> list[Any]:
    """The published versions, newest first."""
    listed = scf.call("ListVersionByFunction", name, FunctionName=name, Limit=100)
    versions = [version for version in (listed.Versions or []) if version.Version.isdigit()] if listed else []
    return sorted(versions, key=lambda version: int(version.Version), reverse=True)


def _versions_of(scf: Scf, layer: str) -> list[Any]:
    listed = scf.call("ListLayerVersions", layer, LayerName=layer)
    return list(listed.LayerVersions or []) if listed else []


def _call(scf: Scf, action: str, about: str, **body: Any) -> Callable[[], None]:
    return lambda: _ignore(scf.call(action, about, **body))


def _ignore(_answer: Any) -> None:
    return None
