using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Crds;

/// <summary>
/// Several versions of a custom resource, or one whose schema changed: objects take the name of the version and lose what
/// its schema does not know, and its defaults are filled in. That is the conversion strategy "None".
/// </summary>
internal sealed class VersionConversion(
    string served,
    StructuralSchema? servedSchema,
    string stored,
    StructuralSchema? storedSchema
) : IVersionConversion
{
    public void FromStorage(JsonObject value)
    {
        Fit(value, storedSchema);
        value["apiVersion"] = served;
        Fit(value, servedSchema);
    }

    public void ToStorage(JsonObject value)
    {
        value["apiVersion"] = stored;
        Fit(value, storedSchema);
    }

    private static void Fit(JsonObject value, StructuralSchema? schema)
    {
        schema?.Prune(value, _ => { });
        schema?.ApplyDefaults(value);
    }
}
