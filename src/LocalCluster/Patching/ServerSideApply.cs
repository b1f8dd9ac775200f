using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>
/// Server-side apply: merges what a manager states into an object, takes out what it no longer states, and refuses to change what others own.
/// Behaviour of <see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/"/>.
/// </summary>
internal static class ServerSideApply
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Applies a configuration.</summary>
    /// <param name="live">The stored object; null when the apply creates it.</param>
    /// <param name="intent">The configuration applied; it must carry no managedFields.</param>
    /// <param name="manager">The field manager.</param>
    /// <param name="force">True to take fields from other managers.</param>
    /// <param name="schema">How the kind merges.</param>
    /// <param name="apiVersion">The version of the request.</param>
    /// <param name="subresource">The subresource of the request; null for the object itself.</param>
    /// <param name="now">The time of the write.</param>
    /// <param name="scope">What the endpoint lets a writer own; by default the status alone for that subresource, else everything.</param>
    /// <exception cref="FormatException">The live object's managedFields cannot be read.</exception>
    public static ApplyResult Apply(
        JsonObject? live,
        JsonObject intent,
        string manager,
        bool force,
        MergeSchema schema,
        string apiVersion,
        string? subresource,
        DateTimeOffset now,
        OwnershipScope? scope = null
    )
    {
        scope ??= subresource == "status" ? OwnershipScope.OnlyStatus : OwnershipScope.Everything;
        if ((intent["metadata"] as JsonObject)?["managedFields"] is not null)
        {
            return new ApplyResult.Misfit("metadata.managedFields must be nil");
        }
        var faults = MergeValidation.Check(schema, intent);
        if (faults.Count > 0)
        {
            return new ApplyResult.Misfit(Misfit(intent, faults));
        }
        var result = ApplyOnce(live, intent, manager, force, schema, apiVersion, subresource, now, scope);
        if (manager == "kubectl" && live is not null)
        {
            if (result is ApplyResult.Conflicting conflicting)
            {
                // A client-side apply of kubectl before counts as its own: such conflicts are no conflicts.
                var own = LastAppliedFields(live, apiVersion, schema);
                var left = conflicting.Conflicts.Where(c => !own.Contains(c.Field)).ToList();
                result =
                    left.Count > 0
                        ? new ApplyResult.Conflicting(left, Describe(left))
                        : ApplyOnce(live, intent, manager, force: true, schema, apiVersion, subresource, now, scope);
            }
            if (
                result is ApplyResult.Merged { Changed: true } merged
                && Annotations(merged.Object)?.ContainsKey(LastApplied) == true
            )
            {
                Annotations(merged.Object)![LastApplied] = LastAppliedValue(intent);
            }
        }
        return result;
    }

    private static ApplyResult ApplyOnce(
        JsonObject? live,
        JsonObject intent,
        string manager,
        bool force,
        MergeSchema schema,
        string apiVersion,
        string? subresource,
        DateTimeOffset now,
        OwnershipScope scope
    )
    {
        var before = OwnershipRules.WithoutManagedFields(live);
        var managers = FieldManagers.Decode(live);
        if (managers.Owners.Count == 0 && live is not null)
        {
            // Whatever was there before the first apply has an owner of its own, so that it can conflict.
            var first = new FieldManager("before-first-apply", Applied: false, apiVersion, subresource ?? "");
            ManagedFields.Track(managers, live: null, before, first, schema, now, scope);
        }
        var original = FieldManagers.Decode(live);
        var applier = new FieldManager(
            ManagedFields.Named(manager),
            Applied: true,
            ApiVersion: null,
            subresource ?? ""
        );
        var last = managers.Of(applier);
        var applied = scope.Filter(ObjectFields.Of(schema, intent));

        var merged = ObjectMerge.Merge(schema, Slot.Of(before), Slot.Of(intent)).Node as JsonObject ?? [];
        managers.Set(applier, new FieldOwnership(apiVersion, applied, last?.Time));
        if (last is not null)
        {
            merged = Prune(merged, managers, last.Fields, schema);
        }

        var comparison = ObjectComparison.Of(schema, before, merged).Within(scope);
        var changed = comparison.Modified.Union(comparison.Added);
        var conflicts = Conflicts(managers, applier, changed);
        if (!force && conflicts.Count > 0)
        {
            return new ApplyResult.Conflicting(conflicts, Describe(conflicts));
        }
        managers.Release(changed.Union(comparison.Removed), except: applier);
        managers.Set(applier, new FieldOwnership(apiVersion, OwnershipRules.Strip(applied), last?.Time));

        if (JsonValues.Equal(before, merged))
        {
            if (live is not null && managers.SameAs(original))
            {
                return new ApplyResult.Merged(live, Changed: false);
            }
        }
        else if (managers.Of(applier) is { } ownership)
        {
            managers.Set(applier, ownership with { Time = OwnershipRules.Stamp(now) });
        }
        OwnershipRules.Write(merged, managers);
        return new ApplyResult.Merged(merged, Changed: true);
    }

    /// <summary>Takes out what the applier stated last time and does not now, unless someone else owns it.</summary>
    private static JsonObject Prune(JsonObject merged, FieldManagers managers, FieldSet last, MergeSchema schema)
    {
        JsonObject Without(FieldSet fields) =>
            ObjectMerge.Remove(schema, Slot.Of(merged), fields).Node as JsonObject ?? [];
        FieldSet Stated(JsonObject value) => ObjectFields.Of(schema, value).WithDeclaredParents(schema);

        var lastWithParents = last.WithDeclaredParents(schema);
        var all = Stated(merged);
        var pruned = Without(lastWithParents);
        var owned = managers
            .Owners.Values.Aggregate(new FieldSet(), (sum, o) => sum.Union(o.Fields))
            .WithDeclaredParents(schema);
        pruned = Without(all.Except(Stated(pruned).Union(owned)));
        // What was removed along with a parent but never was the applier's comes back.
        return Without(all.Except(Stated(pruned)).Intersect(lastWithParents));
    }

    private static List<ApplyConflict> Conflicts(FieldManagers managers, FieldManager applier, FieldSet changed) =>
        [
            .. managers
                .Owners.Where(o => o.Key != applier)
                .OrderBy(o => o.Key.Name, StringComparer.Ordinal)
                .ThenBy(o => o.Key.ToString(), StringComparer.Ordinal)
                .SelectMany(o =>
                    o.Value.Fields.Intersect(changed)
                        .Paths()
                        .Select(path => new ApplyConflict(o.Key, FieldSet.Print(path), $"conflict with {o.Key}"))
                ),
        ];

    private static string Describe(List<ApplyConflict> conflicts)
    {
        if (conflicts.Count == 1)
        {
            return $"Apply failed with 1 conflict: {conflicts[0].Message}: {conflicts[0].Field}";
        }
        var lines = conflicts
            .GroupBy(c => c.Manager)
            .SelectMany(group => group.Select(c => $"- {c.Field}").Prepend($"conflicts with {group.Key}:"));
        return $"Apply failed with {conflicts.Count} conflicts: {string.Join('\n', lines)}";
    }

    private static string Misfit(JsonObject intent, IReadOnlyList<string> faults)
    {
        var metadata = intent["metadata"] as JsonObject;
        var apiVersion = JsonValues.AsString(intent["apiVersion"]) ?? "";
        var text = faults.Count == 1 ? faults[0] : "errors:\n" + string.Join('\n', faults.Select(f => "  " + f));
        return "failed to create typed patch object "
            + $"({JsonValues.AsString(metadata?["namespace"])}/{JsonValues.AsString(metadata?["name"])}; "
            + $"{(apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion : "/" + apiVersion)}, "
            + $"Kind={JsonValues.AsString(intent["kind"])}): {text}";
    }

    private static JsonObject? Annotations(JsonObject source) =>
        (source["metadata"] as JsonObject)?["annotations"] as JsonObject;

    /// <summary>The printed paths that the last client-side apply stated and that still have its values.</summary>
    private static HashSet<string> LastAppliedFields(JsonObject live, string apiVersion, MergeSchema schema)
    {
        if (JsonValues.AsString(Annotations(live)?[LastApplied]) is not { Length: > 0 } text)
        {
            return [];
        }
        JsonObject? last;
        try
        {
            last = JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return [];
        }
        if (last is null || JsonValues.AsString(last["apiVersion"]) != apiVersion)
        {
            return [];
        }
        var comparison = ObjectComparison.Of(schema, last, OwnershipRules.WithoutManagedFields(live));
        var own = ObjectFields
            .Of(schema, last)
            .Except(comparison.Modified)
            .Except(comparison.Added)
            .Except(comparison.Removed);
        return own.Paths().Select(FieldSet.Print).ToHashSet(StringComparer.Ordinal);
    }

    private static string LastAppliedValue(JsonObject intent)
    {
        var copy = intent.DeepClone().AsObject();
        Annotations(copy)?.Remove(LastApplied);
        return JsonValues.Canonical(copy) + "\n";
    }
}
