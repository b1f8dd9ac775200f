using LocalCluster.ApiServer.Http;

namespace LocalCluster.ApiServer.Objects;

/// <summary>What to do with fields that the schema does not know.</summary>
internal enum FieldValidation
{
    Ignore,
    Warn,
    Strict,
}

/// <summary>How a write is to be made, and what its author is to be told beside the answer.</summary>
internal sealed record WriteContext
{
    public required UserInfo User { get; init; }

    public required string FieldManager { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Server-side apply: take over fields that others own.</summary>
    public bool Force { get; init; }

    public FieldValidation Validation { get; init; } = FieldValidation.Warn;

    /// <summary>The body was a patch, whose faults are told of the patched object.</summary>
    public bool IsPatch { get; init; }

    /// <summary>Fields that the body has twice, as it was read.</summary>
    public List<string> Duplicates { get; } = [];

    /// <summary>Sent as <c>Warning</c> headers.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>A write of the server's own controllers.</summary>
    public static WriteContext Internal(string manager) =>
        new()
        {
            User = UserInfo.Server,
            FieldManager = manager,
            Validation = FieldValidation.Ignore,
        };
}
