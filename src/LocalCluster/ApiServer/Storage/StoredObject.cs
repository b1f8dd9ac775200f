using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Storage;

/// <summary>
/// One version of an object: its UTF-8, and the few facts that selectors and controllers ask for. Never changes.
/// </summary>
internal sealed class StoredObject
{
    private static readonly FrozenDictionary<string, string> NoLabels = FrozenDictionary<string, string>.Empty;

    private StoredObject(
        ObjectKey key,
        JsonObject value,
        long resourceVersion,
        IReadOnlyList<string[]> fieldPaths,
        byte[]? utf8 = null
    )
    {
        var metadata = value.Metadata();
        Key = key;
        ResourceVersion = resourceVersion;
        Uid = metadata.Str("uid") ?? "";
        Deleting = metadata["deletionTimestamp"] is not null;
        Labels = ReadLabels(metadata.Obj("labels"));
        OwnerUids = metadata["ownerReferences"] is JsonArray owners
            ? [.. owners.OfType<JsonObject>().Select(owner => owner.Str("uid") ?? "")]
            : [];
        Fields = fieldPaths.Count == 0 ? [] : [.. fieldPaths.Select(path => value.At(path).Text() ?? "")];
        Utf8 = utf8 ?? value.ToUtf8();
    }

    private StoredObject(ObjectKey key)
    {
        Key = key;
        (Uid, Labels, OwnerUids, Fields, Utf8) = ("", NoLabels, [], [], []);
    }

    /// <summary>Orders objects of one namespace.</summary>
    public static IComparer<StoredObject> ByName { get; } =
        Comparer<StoredObject>.Create((left, right) => string.CompareOrdinal(left.Key.Name, right.Key.Name));

    public ObjectKey Key { get; }

    public string Uid { get; }

    public long ResourceVersion { get; }

    /// <summary>True once a deletionTimestamp is set.</summary>
    public bool Deleting { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    public string[] OwnerUids { get; }

    /// <summary>The values of the resource's selectable fields, in their order.</summary>
    public string[] Fields { get; }

    public byte[] Utf8 { get; }

    /// <summary>Stamps the version into the tree and freezes it.</summary>
    public static StoredObject Freeze(
        ObjectKey key,
        JsonObject value,
        long resourceVersion,
        IReadOnlyList<string[]> fieldPaths
    )
    {
        value.Metadata()["resourceVersion"] = resourceVersion.ToString(CultureInfo.InvariantCulture);
        return new(key, value, resourceVersion, fieldPaths);
    }

    /// <summary>Makes an object again out of its UTF-8.</summary>
    public static StoredObject Thaw(
        ObjectKey key,
        byte[] utf8,
        long resourceVersion,
        IReadOnlyList<string[]> fieldPaths
    ) => new(key, JsonReading.ParseObject(utf8), resourceVersion, fieldPaths, utf8);

    /// <summary>Stands for a name in a search.</summary>
    public static StoredObject Probe(string name) => new(new ObjectKey("", name));

    /// <summary>Freezes an object that was never stored.</summary>
    public static StoredObject Unversioned(ObjectKey key, JsonObject value) => new(key, value, 0, []);

    /// <summary>A tree of its own, free to change.</summary>
    public JsonObject ToJson() => JsonReading.ParseObject(Utf8);

    private static IReadOnlyDictionary<string, string> ReadLabels(JsonObject? labels)
    {
        if (labels is null || labels.Count == 0)
        {
            return NoLabels;
        }

        var result = new Dictionary<string, string>(labels.Count, StringComparer.Ordinal);
        foreach (var (name, value) in labels)
        {
            result[string.Intern(name)] = value.Text() ?? "";
        }

        return result;
    }
}
