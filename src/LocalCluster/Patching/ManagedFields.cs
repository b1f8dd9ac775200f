using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Keeps metadata.managedFields true for writes that are not server-side apply.</summary>
internal static class ManagedFields
{
    /// <summary>
    /// Gives every field that a create, update or patch changed to the writer, and writes the managedFields into the updated object (in place).
    /// </summary>
    /// <param name="live">The stored object; null for a create.</param>
    /// <param name="updated">The object about to be stored, after defaulting; its own managedFields count when it has valid ones.</param>
    /// <param name="manager">The writer's name; empty counts as <c>unknown</c>.</param>
    /// <param name="apiVersion">The version of the request.</param>
    /// <param name="subresource">The subresource of the request; null for the object itself.</param>
    /// <param name="schema">How the kind merges.</param>
    /// <param name="now">The time of the write.</param>
    /// <param name="scope">What the endpoint lets a writer own; by default the status alone for that subresource, else everything.</param>
    /// <returns>The updated object.</returns>
    public static JsonObject Update(
        JsonObject? live,
        JsonObject updated,
        string manager,
        string apiVersion,
        string? subresource,
        MergeSchema schema,
        DateTimeOffset now,
        OwnershipScope? scope = null
    )
    {
        scope ??= subresource == "status" ? OwnershipScope.OnlyStatus : OwnershipScope.Everything;
        var managers = DecodeForUpdate(live, updated, fromLive: !string.IsNullOrEmpty(subresource), out var reset);
        // An object that is stored without any manager stays so until it is applied or created anew.
        if (reset || (managers.Owners.Count == 0 && live is not null))
        {
            OwnershipRules.Write(updated, new FieldManagers());
            return updated;
        }
        Track(
            managers,
            live,
            updated,
            new FieldManager(Named(manager), Applied: false, apiVersion, subresource ?? ""),
            schema,
            now,
            scope
        );
        OwnershipRules.Write(updated, managers);
        return updated;
    }

    /// <summary>The name to record for a writer.</summary>
    internal static string Named(string manager) => manager.Length == 0 ? "unknown" : manager;

    /// <summary>Moves the ownership of everything that differs between two versions to a writer.</summary>
    internal static void Track(
        FieldManagers managers,
        JsonObject? live,
        JsonObject updated,
        FieldManager writer,
        MergeSchema schema,
        DateTimeOffset now,
        OwnershipScope scope
    )
    {
        // managedFields themselves are compared too, but nobody can own them.
        var comparison = ObjectComparison.Of(schema, live ?? [], updated).Within(scope);
        var changed = comparison.Modified.Union(comparison.Added);
        managers.Release(changed.Union(comparison.Removed), except: null);
        var taken = OwnershipRules.Strip(changed);
        if (!taken.IsEmpty)
        {
            var previous = managers.Of(writer)?.Fields ?? new FieldSet();
            managers.Set(
                writer,
                new FieldOwnership(writer.ApiVersion!, taken.Union(previous), OwnershipRules.Stamp(now))
            );
        }
        managers.Cap();
    }

    private static FieldManagers DecodeForUpdate(JsonObject? live, JsonObject updated, bool fromLive, out bool reset)
    {
        reset = false;
        if (!fromLive)
        {
            // [{}] is the way to say: forget all managers.
            if (
                (updated["metadata"] as JsonObject)?["managedFields"] is JsonArray { Count: 1 } list
                && list[0] is JsonObject { Count: 0 }
            )
            {
                reset = true;
                return new FieldManagers();
            }
            if (TryDecode(updated) is { Owners.Count: > 0 } own)
            {
                return own;
            }
        }
        return TryDecode(live) ?? new FieldManagers();
    }

    private static FieldManagers? TryDecode(JsonObject? source)
    {
        try
        {
            return FieldManagers.Decode(source);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
