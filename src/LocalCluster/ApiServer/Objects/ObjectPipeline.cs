using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Admission;
using LocalCluster.ApiServer.BuiltIn;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Objects;

/// <summary>The steps that every write takes between the request's body and the store.</summary>
internal sealed class ObjectPipeline(
    TimeProvider clock,
    ResourceRegistry registry,
    IReadOnlyList<IWriteCheck> checks,
    IReadOnlyList<IAdmission> admission
)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The stored object in the form of a served version.</summary>
    public static JsonObject Serve(ApiResource resource, StoredObject stored)
    {
        var value = stored.ToJson();
        resource.Conversion?.FromStorage(value);
        return value;
    }

    /// <summary>A body must be of the resource's version and kind.</summary>
    public void CheckType(ApiResource resource, JsonObject value, bool isPatch = false)
    {
        if (!resource.IsCustom)
        {
            CheckBuiltInType(value, new(resource.Group, resource.Version, resource.Kind));
            return;
        }

        var (apiVersion, kind) = (value.Str("apiVersion") ?? "", value.Str("kind") ?? "");
        if (kind.Length == 0)
        {
            var text = value.ToJsonString();
            throw RequestBody.Unrecognized(
                resource.Kind,
                $"Object 'Kind' is missing in '{text}'",
                Encoding.UTF8.GetBytes(text)
            );
        }

        if (apiVersion != resource.ApiVersion && !isPatch)
        {
            throw ApiException.BadRequest(
                $"the API version in the data ({apiVersion}) does not match the expected API version ({resource.ApiVersion})"
            );
        }

        var issues = new List<FieldIssue>();
        if (kind != resource.Kind)
        {
            issues.Add(FieldIssue.Invalid("kind", kind, $"must be {resource.Kind}"));
        }

        if (apiVersion != resource.ApiVersion)
        {
            issues.Add(FieldIssue.Invalid("apiVersion", apiVersion, $"must be {resource.ApiVersion}"));
        }

        if (issues.Count > 0)
        {
            throw ApiException.Invalid(resource.Group, kind, value.Metadata().Str("name") ?? "", issues);
        }
    }

    /// <summary>As <see cref="CheckType"/>, of a kind that need not be named in the body: then it is filled in.</summary>
    public void CheckBuiltInType(JsonObject value, BodyKind expected)
    {
        var (apiVersion, kind) = (value.Str("apiVersion") ?? "", value.Str("kind") ?? "");
        apiVersion = apiVersion.Length == 0 ? expected.ApiVersion : apiVersion;
        kind = kind.Length == 0 ? expected.Kind : kind;
        value["apiVersion"] = apiVersion;
        value["kind"] = kind;
        if (apiVersion == expected.ApiVersion && kind == expected.Kind)
        {
            return;
        }

        var known = registry.All.Any(other => other.ApiVersion == apiVersion && other.Kind == kind);
        var group = expected.Group.Length == 0 ? "core" : expected.Group.Split('.')[0];
        var why = known
            ? $"converting ({apiVersion.Split('/')[^1]}.{kind}) to ({group}.{expected.Kind}): unknown conversion"
            : $"no kind \"{kind}\" is registered for version \"{apiVersion}\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"";
        throw ApiException.BadRequest(
            $"{kind} in version \"{apiVersion.Split('/')[^1]}\" cannot be handled as a {expected.Kind}: {why}"
        );
    }

    /// <summary>Brings a body into the shape that objects of the kind have: known fields, defaults, no empty metadata.</summary>
    public void Normalize(ApiResource resource, JsonObject value, WriteContext context)
    {
        var faults = new List<string>(context.Faults);
        var body = context is { IsPatch: true, Validation: FieldValidation.Strict } ? value.ToJsonString() : "";
        CleanMetadata(value, faults);
        OwnerRules.Deduplicate(value.Metadata(), context.Warnings.Add);
        if (!resource.IsCustom)
        {
            DropNulls(value);
        }

        if (resource.Schema is { } schema)
        {
            schema.Prune(value, path => faults.Add($"unknown field \"{path}\""));
            schema.ApplyDefaults(value);
        }
        else if (!resource.IsCustom)
        {
            BuiltInFields.Prune(resource.Merge, value, path => faults.Add($"unknown field \"{path}\""));
            if (resource.Group is not ("apiextensions.k8s.io" or "discovery.k8s.io"))
            {
                // A definition's schemas hold values of any kind; and no ports of a slice are not the same as none said.
                EmptyFields.Drop(resource.Merge, value);
            }
        }

        Report(resource.Kind, resource.Version, faults, body, context);

        resource.Strategy.ApplyDefaults(value);
    }

    /// <summary>Refuses an object that breaks a rule.</summary>
    /// <exception cref="ApiException">422 with one cause per fault, or what a check says.</exception>
    public void Validate(
        ApiResource resource,
        JsonObject value,
        JsonObject? old,
        string? subresource,
        WriteContext context
    )
    {
        var issues = new List<FieldIssue>();
        ObjectMetadata.Validate(value, old, resource, issues);
        if (resource.Schema is { } schema)
        {
            var blocked = issues.Exists(issue => SchemaValidation.Blocks(issue.Reason));
            var errors =
                subresource == "status"
                    ? SchemaValidation.ValidateStatus(schema, value, old, blocked)
                    : SchemaValidation.Validate(schema, value, old, blocked);
            issues.AddRange(errors.Select(error => new FieldIssue(error.Reason, error.Path, error.Message)));
        }

        resource.Strategy.Validate(value, old, issues);
        if (issues.Count > 0)
        {
            throw ApiException.Invalid(resource.Group, resource.Kind, value.Metadata().Str("name") ?? "", issues);
        }

        FinalizerRules.Warn(value.Metadata(), old, resource, context.Warnings.Add);
        foreach (var check in checks)
        {
            check.Check(resource, value, old, context);
        }
    }

    /// <summary>Writes the change into managedFields.</summary>
    public void Track(
        ApiResource resource,
        JsonObject? old,
        JsonObject value,
        string? subresource,
        WriteContext context
    ) =>
        ManagedFields.Update(
            old,
            value,
            context.FieldManager,
            resource.ApiVersion,
            subresource,
            resource.Merge,
            Now,
            Scope(resource, subresource)
        );

    /// <summary>Lets those have their say who may change a value; true when somebody did.</summary>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request)
    {
        var changed = false;
        foreach (var step in admission)
        {
            changed |= await step.MutateAsync(request);
        }

        return changed;
    }

    /// <summary>Asks those who may refuse a valid write.</summary>
    public async ValueTask AdmitAsync(AdmissionRequest request)
    {
        foreach (var step in admission)
        {
            await step.ValidateAsync(request);
        }
    }

    /// <summary>Asks about what a subresource is given, which is no object of the resource's own kind.</summary>
    /// <param name="place">What it is given to.</param>
    /// <param name="kind">The kind of it.</param>
    /// <param name="value">What it is given; admission may change it.</param>
    /// <param name="old">What it was before; null for what is new.</param>
    /// <param name="context">Who gives it, and how.</param>
    /// <param name="check">Judges the value, and judges it again after somebody changed it.</param>
    public async ValueTask AdmitAsync(
        SubresourcePlace place,
        BodyKind kind,
        JsonObject value,
        JsonObject? old,
        WriteContext context,
        Action<JsonObject> check
    )
    {
        check(value);
        var request = new AdmissionRequest
        {
            Resource = place.Resource,
            Subresource = place.Name,
            Operation = place.Operation,
            Key = place.Key,
            Value = value,
            Old = old,
            OtherKind = kind,
            Context = context,
        };
        if (await MutateAsync(request))
        {
            check(value);
        }

        await AdmitAsync(request);
    }

    /// <summary>The fields that a writer of an endpoint can own.</summary>
    public static OwnershipScope Scope(ApiResource resource, string? subresource) =>
        subresource == "status" ? OwnershipScope.OnlyStatus
        : resource.HasStatus ? OwnershipScope.ExceptStatus
        : OwnershipScope.Everything;

    /// <summary>The form that is stored.</summary>
    public static JsonObject Stored(ApiResource resource, JsonObject value)
    {
        resource.Conversion?.ToStorage(value);
        return value;
    }

    /// <summary>True when a write changes nothing but the times in managedFields.</summary>
    public static bool IsSame(JsonObject left, JsonObject right)
    {
        var names = left.Select(field => field.Key).Union(right.Select(field => field.Key));
        foreach (var name in names)
        {
            if (name == "metadata" ? !SameMetadata(left.Obj(name), right.Obj(name)) : !Same(left, right, name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when what metadata.generation counts is the same.</summary>
    public static bool SameSpec(ApiResource resource, JsonObject left, JsonObject right)
    {
        foreach (var name in left.Select(field => field.Key).Union(right.Select(field => field.Key)))
        {
            var counts =
                name is not ("metadata" or "apiVersion" or "kind") && !(name == "status" && resource.HasStatus);
            if (counts && !Same(left, right, name))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says what of a body was dropped: as warnings, or as a refusal.</summary>
    public static void Report(string kind, string version, List<string> faults, string body, WriteContext context)
    {
        if (faults.Count == 0 || context.Validation == FieldValidation.Ignore)
        {
            return;
        }

        if (context.Validation == FieldValidation.Warn)
        {
            context.Warnings.AddRange(faults);
            return;
        }

        var why = $"strict decoding error: {string.Join(", ", faults)}";
        throw context.IsPatch
            ? ApiException.Invalid("", "", "", [FieldIssue.Invalid("patch", body, why)])
            : ApiException.BadRequest($"{kind} in version \"{version}\" cannot be handled as a {kind}: {why}");
    }

    private static bool Same(JsonObject left, JsonObject right, string name) =>
        JsonAccess.Same(left[name], right[name]);

    private static bool SameMetadata(JsonObject? left, JsonObject? right)
    {
        foreach (var name in (left ?? []).Select(f => f.Key).Union((right ?? []).Select(f => f.Key)))
        {
            if (name == "managedFields" ? !SameManagers(left.Arr(name), right.Arr(name)) : !Same(left!, right!, name))
            {
                return false;
            }
        }

        return true;
    }

    private static bool SameManagers(JsonArray? left, JsonArray? right)
    {
        if (left?.Count != right?.Count)
        {
            return false;
        }

        for (var i = 0; i < (left?.Count ?? 0); i++)
        {
            if (left![i] is not JsonObject a || right![i] is not JsonObject b)
            {
                return false;
            }

            foreach (var name in a.Select(f => f.Key).Union(b.Select(f => f.Key)))
            {
                if (name != "time" && !Same(a, b, name))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static void CleanMetadata(JsonObject value, List<string> faults)
    {
        var metadata = value.Metadata();
        foreach (var name in metadata.Select(field => field.Key).ToList())
        {
            var known = ObjectMetadata.Fields.Contains(name);
            if (!known)
            {
                faults.Add($"unknown field \"metadata.{name}\"");
            }

            if (!known || metadata[name] is null or JsonObject { Count: 0 } or JsonArray { Count: 0 })
            {
                metadata.Remove(name);
            }
        }
    }

    private static void DropNulls(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject value:
                foreach (var name in value.Where(field => field.Value is null).Select(field => field.Key).ToList())
                {
                    value.Remove(name);
                }

                foreach (var (_, child) in value)
                {
                    DropNulls(child);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    DropNulls(item);
                }

                break;
            default:
                break;
        }
    }
}

/// <summary>A rule about writes that looks beyond the object itself.</summary>
internal interface IWriteCheck
{
    /// <summary>Throws when the write is not allowed.</summary>
    void Check(ApiResource resource, JsonObject value, JsonObject? old, WriteContext context);
}
