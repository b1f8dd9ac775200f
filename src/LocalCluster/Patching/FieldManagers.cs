using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Who owns fields: an entry of metadata.managedFields without its fields and time.</summary>
/// <param name="Name">The field manager's name.</param>
/// <param name="Applied">True for server-side apply, false for any other write.</param>
/// <param name="ApiVersion">The version of the write; null for appliers, which stay the same one across versions.</param>
/// <param name="Subresource">The subresource written through; empty for the object itself.</param>
internal sealed record FieldManager(string Name, bool Applied, string? ApiVersion, string Subresource)
{
    /// <summary>As conflicts name a manager: <c>"name"</c>, <c>"name" with subresource "status" using v1</c>.</summary>
    public override string ToString()
    {
        var text = JsonValues.Canonical(JsonValue.Create(Name));
        if (Subresource.Length > 0)
        {
            text += $" with subresource {JsonValues.Canonical(JsonValue.Create(Subresource))}";
        }
        return Applied ? text : $"{text} using {ApiVersion}";
    }
}

/// <summary>What a manager owns.</summary>
/// <param name="ApiVersion">The version its fields are named in.</param>
/// <param name="Fields">The fields.</param>
/// <param name="Time">When it last changed something, as written in the object; null when it never changed a value.</param>
internal sealed record FieldOwnership(string ApiVersion, FieldSet Fields, string? Time);

/// <summary>All managers of an object: metadata.managedFields, decoded.</summary>
internal sealed class FieldManagers
{
    private const int MaxUpdaters = 10;
    private readonly Dictionary<FieldManager, FieldOwnership> owners = [];

    /// <summary>The managers and what each owns.</summary>
    public IReadOnlyDictionary<FieldManager, FieldOwnership> Owners => owners;

    /// <summary>Reads the managedFields of an object.</summary>
    /// <exception cref="FormatException">An entry is not valid; the message says why.</exception>
    public static FieldManagers Decode(JsonObject? target)
    {
        var managers = new FieldManagers();
        var index = 0;
        foreach (var node in (target?["metadata"] as JsonObject)?["managedFields"] as JsonArray ?? [])
        {
            var entry =
                node as JsonObject ?? throw new FormatException($"managed fields entry {index} is not an object");
            var applied = JsonValues.AsString(entry["operation"]) switch
            {
                "Apply" => true,
                "Update" => false,
                _ => throw new FormatException("operation must be `Apply` or `Update`"),
            };
            var version = JsonValues.AsString(entry["apiVersion"]) ?? "";
            if (version.Length == 0)
            {
                throw new FormatException("apiVersion must not be empty");
            }
            var type = JsonValues.AsString(entry["fieldsType"]) ?? "";
            if (type != "FieldsV1")
            {
                throw new FormatException(
                    type.Length == 0
                        ? $"missing fieldsType in managed fields entry {index}"
                        : $"invalid fieldsType \"{type}\" in managed fields entry {index}"
                );
            }
            var manager = new FieldManager(
                JsonValues.AsString(entry["manager"]) ?? "",
                applied,
                applied ? null : version,
                JsonValues.AsString(entry["subresource"]) ?? ""
            );
            managers.owners[manager] = new FieldOwnership(
                version,
                FieldSet.FromJson(entry["fieldsV1"] as JsonObject ?? []),
                JsonValues.AsString(entry["time"])
            );
            index++;
        }
        return managers;
    }

    /// <summary>The managedFields array: appliers first, then by time, name, version and subresource; null when nobody owns anything.</summary>
    public JsonArray? Encode()
    {
        var entries = owners
            .Where(o => !o.Value.Fields.IsEmpty)
            .OrderBy(o => o.Key.Applied ? 0 : 1)
            .ThenBy(o =>
                o.Value.Time is { } t ? DateTimeOffset.Parse(t, CultureInfo.InvariantCulture).ToUnixTimeSeconds() : 0
            )
            .ThenBy(o => o.Key.Name, StringComparer.Ordinal)
            .ThenBy(o => o.Value.ApiVersion, StringComparer.Ordinal)
            .ThenBy(o => o.Key.Subresource, StringComparer.Ordinal)
            .Select(JsonNode (o) => Encode(o.Key, o.Value))
            .ToArray();
        return entries.Length == 0 ? null : new JsonArray(entries);
    }

    /// <summary>What a manager owns; null when nothing.</summary>
    public FieldOwnership? Of(FieldManager manager) => owners.GetValueOrDefault(manager);

    /// <summary>Sets what a manager owns; an empty set removes it.</summary>
    public void Set(FieldManager manager, FieldOwnership ownership)
    {
        if (ownership.Fields.IsEmpty)
        {
            owners.Remove(manager);
        }
        else
        {
            owners[manager] = ownership;
        }
    }

    /// <summary>Takes fields away from every manager but one.</summary>
    public void Release(FieldSet fields, FieldManager? except)
    {
        foreach (var (manager, ownership) in owners.Where(o => o.Key != except).ToList())
        {
            Set(manager, ownership with { Fields = ownership.Fields.Except(fields) });
        }
    }

    /// <summary>Folds the oldest updaters into one entry per version while there are more than ten, as Kubernetes does.</summary>
    public void Cap()
    {
        var updaters = owners
            .Where(o => !o.Key.Applied)
            .OrderBy(o =>
                o.Value.Time is { } t ? DateTimeOffset.Parse(t, CultureInfo.InvariantCulture).ToUnixTimeSeconds() : 0
            )
            .ThenBy(o => o.Key.Name, StringComparer.Ordinal)
            .ToList();
        var excess = updaters.Count - MaxUpdaters;
        var firstOfVersion = new Dictionary<string, FieldManager>(StringComparer.Ordinal);
        foreach (var (manager, ownership) in updaters)
        {
            if (excess <= 0)
            {
                return;
            }
            if (firstOfVersion.TryAdd(ownership.ApiVersion, manager))
            {
                continue;
            }
            var bucket = new FieldManager("ancient-changes", Applied: false, ownership.ApiVersion, "");
            var first = firstOfVersion[ownership.ApiVersion];
            if (!owners.ContainsKey(bucket) && owners.Remove(first, out var oldest))
            {
                owners[bucket] = oldest;
            }
            owners[bucket] = ownership with { Fields = ownership.Fields.Union(owners[bucket].Fields) };
            owners.Remove(manager);
            excess--;
        }
    }

    /// <summary>True when both have the same managers with the same fields and versions, whatever the times.</summary>
    public bool SameAs(FieldManagers other) =>
        owners.Count == other.owners.Count
        && owners.All(o =>
            other.owners.TryGetValue(o.Key, out var theirs)
            && theirs.ApiVersion == o.Value.ApiVersion
            && theirs.Fields.SameAs(o.Value.Fields)
        );

    private static JsonObject Encode(FieldManager manager, FieldOwnership ownership)
    {
        var entry = new JsonObject();
        if (manager.Name.Length > 0)
        {
            entry["manager"] = manager.Name;
        }
        entry["operation"] = manager.Applied ? "Apply" : "Update";
        entry["apiVersion"] = ownership.ApiVersion;
        if (ownership.Time is { } time)
        {
            entry["time"] = time;
        }
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = ownership.Fields.ToJson();
        if (manager.Subresource.Length > 0)
        {
            entry["subresource"] = manager.Subresource;
        }
        return entry;
    }
}
