using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Crds;

/// <summary>Custom resources: their rules are in their schema.</summary>
internal sealed class CustomStrategy : ResourceStrategy
{
    public override bool HasGeneration => true;

    public override bool AllowsUnconditionalUpdate => false;
}

/// <summary>Several versions of a custom resource that differ in nothing but their name.</summary>
internal sealed class VersionRename(string served, string stored) : IVersionConversion
{
    public void FromStorage(JsonObject value) => value["apiVersion"] = served;

    public void ToStorage(JsonObject value) => value["apiVersion"] = stored;
}
