using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Crds;

/// <summary>Custom resources: their rules are in their schema.</summary>
internal sealed class CustomStrategy : ResourceStrategy
{
    public override bool HasGeneration => true;

    public override bool AllowsUnconditionalUpdate => false;
}
