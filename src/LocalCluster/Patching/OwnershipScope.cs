namespace LocalCluster.Patching;

/// <summary>Which part of an object a request can write, and so own: the rest is reset by the endpoint.</summary>
internal sealed class OwnershipScope
{
    private static readonly PathElement Status = PathElement.Field("status");
    private readonly bool status;
    private readonly bool rest;

    private OwnershipScope(bool status, bool rest)
    {
        this.status = status;
        this.rest = rest;
    }

    /// <summary>Everything: a kind without a status subresource.</summary>
    public static OwnershipScope Everything { get; } = new(status: true, rest: true);

    /// <summary>Everything but the status: the main endpoint of a kind with a status subresource.</summary>
    public static OwnershipScope ExceptStatus { get; } = new(status: false, rest: true);

    /// <summary>The status alone: the status endpoint.</summary>
    public static OwnershipScope OnlyStatus { get; } = new(status: true, rest: false);

    /// <summary>The paths of a set that lie in the scope.</summary>
    public FieldSet Filter(FieldSet set)
    {
        if (status && rest)
        {
            return set;
        }
        if (status)
        {
            return set.OnlyBelow(Status);
        }
        var excluded = new FieldSet();
        excluded.Add(Status);
        return set.ExceptBelow(excluded);
    }
}
