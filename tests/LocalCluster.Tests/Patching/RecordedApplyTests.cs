using System.Text.Json.Nodes;
using LocalCluster.Patching;
using LocalCluster.Schema;
using LocalCluster.Tests.Schema;

namespace LocalCluster.Tests.Patching;

/// <summary>
/// Sequences of writes end as Kubernetes 1.36 ended them: same objects, same owners, same conflicts. The first ones are made by hand,
/// the others at random.
/// </summary>
public sealed class RecordedApplyTests
{
    private static readonly JsonObject Recorded = RecordedCases.Load("apply.cases.json")[0]!.AsObject();
    private static readonly StructuralSchema Schema = StructuralSchema.Parse(Recorded["schema"]!.AsObject()).Schema!;
    private static readonly MergeSchema Merge = CrdMergeSchema.Of(Schema);
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static TheoryData<int> Runs() => new(Enumerable.Range(0, Recorded["runs"]!.AsArray().Count));

    [Theory]
    [MemberData(nameof(Runs))]
    public void Ends_as_recorded(int run)
    {
        JsonObject? live = null;
        var now = Start;
        foreach (var step in Recorded["runs"]![run]!.AsArray())
        {
            now = now.AddMinutes(1);
            var what = $"run {run}: {step!["op"]} by {step["m"]}: {step["body"]!.ToJsonString()}";
            var (result, error) = Write(live, step.AsObject(), now);
            if (step["object"] is { } expected)
            {
                error.ShouldBeNull(what);
                live = result.ShouldNotBeNull(what);
                Canonical(live).ShouldBe(Canonical(expected.AsObject()), what);
            }
            else
            {
                Sorted(error).ShouldBe(Sorted(step["message"]!.GetValue<string>()), what);
            }
        }
    }

    private static (JsonObject? Object, string? Error) Write(JsonObject? live, JsonObject step, DateTimeOffset now)
    {
        var manager = step["m"]!.GetValue<string>();
        var subresource = step["sub"] is null ? null : "status";
        var scope = subresource is null ? OwnershipScope.ExceptStatus : OwnershipScope.OnlyStatus;
        switch (step["op"]!.GetValue<string>())
        {
            case "apply":
                var force = step["force"] is not null;
                var applied = ServerSideApply.Apply(
                    live,
                    Body(step),
                    manager,
                    force,
                    Merge,
                    "rec.dev/v1",
                    subresource,
                    now,
                    scope
                );
                return applied switch
                {
                    ApplyResult.Merged merged => Validated(
                        live,
                        Finish(live, merged.Object, subresource, applied: true)
                    ),
                    ApplyResult.Conflicting conflicting => (null, conflicting.Message),
                    ApplyResult.Misfit misfit => (null, misfit.Message),
                    _ => throw new InvalidOperationException(),
                };
            case "create":
                return (Track(null, Body(step), manager, subresource, now, scope), null);
            case "update":
                return (Track(live, Body(step), manager, subresource, now, scope), null);
            case "merge":
                return (
                    Track(live, MergePatch.Apply(live, step["body"])!.AsObject(), manager, subresource, now, scope),
                    null
                );
            default:
                return (
                    Track(
                        live,
                        JsonPatch.Apply(live!, step["body"]!.AsArray())!.AsObject(),
                        manager,
                        subresource,
                        now,
                        scope
                    ),
                    null
                );
        }
    }

    private static (JsonObject? Object, string? Error) Validated(JsonObject? live, JsonObject result)
    {
        var errors = Schema.Validate(result, live);
        return errors.Count == 0
            ? (result, null)
            : (null, $"X.rec.dev \"x\" is invalid: {FieldError.Describe(errors)}");
    }

    private static JsonObject Track(
        JsonObject? live,
        JsonObject updated,
        string manager,
        string? subresource,
        DateTimeOffset now,
        OwnershipScope scope
    )
    {
        var final = Finish(live, updated, subresource);
        return ManagedFields.Update(live, final, manager, "rec.dev/v1", subresource, Merge, now, scope);
    }

    /// <summary>What the server does between a write and the store: defaults, pruning, and each endpoint writes its part alone.</summary>
    private static JsonObject Finish(JsonObject? live, JsonObject written, string? subresource, bool applied = false)
    {
        var result = written.DeepClone().AsObject();
        if (applied)
        {
            Schema.FillDefaults(result);
        }
        else
        {
            Schema.ApplyDefaults(result);
        }
        Schema.Prune(result);
        if (subresource == "status")
        {
            var status = result["status"]?.DeepClone();
            var managers = result["metadata"]?["managedFields"]?.DeepClone();
            result = live!.DeepClone().AsObject();
            result.Remove("status");
            if (status is not null)
            {
                result["status"] = status;
            }
            if (managers is not null)
            {
                result["metadata"]!["managedFields"] = managers;
            }
            return result;
        }
        result.Remove("status");
        if (live?["status"] is { } kept)
        {
            result["status"] = kept.DeepClone();
        }
        return result;
    }

    private static JsonObject Body(JsonObject step)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = "rec.dev/v1",
            ["kind"] = "X",
            ["metadata"] = new JsonObject { ["name"] = "x", ["namespace"] = "default" },
        };
        foreach (var (name, value) in step["body"]!.AsObject())
        {
            body[name] = name == "metadata" ? MergePatch.Apply(body["metadata"], value) : value?.DeepClone();
        }
        return body;
    }

    /// <summary>Several errors come in no certain order.</summary>
    private static string Sorted(string? message) =>
        string.Join(
            ", ",
            (message ?? "")
                .Replace("[", "", StringComparison.Ordinal)
                .TrimEnd(']')
                .Split([", ", "is invalid: "], StringSplitOptions.None)
                .Order(StringComparer.Ordinal)
        );

    /// <summary>The object as one text: times are told apart by being there or not, and entries are in no order, as that goes by time.</summary>
    private static string Canonical(JsonObject source)
    {
        var copy = source.DeepClone().AsObject();
        if (copy["metadata"]?["managedFields"] is JsonArray entries)
        {
            foreach (var entry in entries)
            {
                entry!["timed"] ??= entry["time"] is not null;
                entry.AsObject().Remove("time");
            }
            copy["metadata"]!["managedFields"] = new JsonArray([
                .. entries.Select(e => e!.DeepClone()).OrderBy(JsonValues.Canonical, StringComparer.Ordinal),
            ]);
        }
        return JsonValues.Canonical(copy);
    }
}
