namespace LocalCluster.Patching;

/// <summary>Why a patch was not applied: what the server answers depends on it.</summary>
internal enum PatchFailure
{
    /// <summary>The patch itself is not well formed (400 BadRequest).</summary>
    Malformed,

    /// <summary>The patch is well formed but does not fit the object (422 Invalid).</summary>
    Inapplicable,

    /// <summary>The patch gives orders that make no sense: real servers have no better answer to that than 500.</summary>
    Senseless,
}

/// <summary>A patch that could not be applied; the message is in Kubernetes' words.</summary>
internal sealed class PatchException(PatchFailure failure, string message) : Exception(message)
{
    /// <summary>Whether the patch or its fit is at fault.</summary>
    public PatchFailure Failure { get; } = failure;
}
