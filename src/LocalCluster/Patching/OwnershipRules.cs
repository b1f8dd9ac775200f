using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>What apply and update have in common: which fields nobody owns, and how a change moves ownership.</summary>
internal static class OwnershipRules
{
    private static readonly FieldSet Unowned = MakeUnowned();

    /// <summary>The set without the fields that the server itself keeps (identity and bookkeeping metadata).</summary>
    public static FieldSet Strip(FieldSet fields) => fields.Except(Unowned);

    /// <summary>A time as managedFields carries it: UTC, whole seconds.</summary>
    public static string Stamp(DateTimeOffset now) =>
        now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>A copy of an object without its managedFields; an empty object for none.</summary>
    public static JsonObject WithoutManagedFields(JsonObject? source)
    {
        var copy = source?.DeepClone() as JsonObject ?? [];
        (copy["metadata"] as JsonObject)?.Remove("managedFields");
        return copy;
    }

    /// <summary>Puts the managers into an object's metadata.</summary>
    public static void Write(JsonObject target, FieldManagers managers)
    {
        var encoded = managers.Encode();
        if (target["metadata"] is not JsonObject metadata)
        {
            if (encoded is null)
            {
                return;
            }
            target["metadata"] = metadata = [];
        }
        if (encoded is null)
        {
            metadata.Remove("managedFields");
        }
        else
        {
            metadata["managedFields"] = encoded;
        }
    }

    private static FieldSet MakeUnowned()
    {
        var set = new FieldSet();
        set.Add(PathElement.Field("apiVersion"));
        set.Add(PathElement.Field("kind"));
        var metadata = PathElement.Field("metadata");
        set.Add(metadata);
        foreach (
            var name in (string[])
                [
                    "name",
                    "namespace",
                    "creationTimestamp",
                    "selfLink",
                    "uid",
                    "clusterName",
                    "generation",
                    "managedFields",
                    "resourceVersion",
                ]
        )
        {
            set.Add(metadata, PathElement.Field(name));
        }
        return set;
    }
}
