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

    /// <summary>The manager that the request names; empty when it was made out of the user agent.</summary>
    public string GivenFieldManager { get; init; } = "";

    /// <summary>A write that is part of the server's own: nobody else has a say in it.</summary>
    public bool IsInternal { get; init; }

    /// <summary>Fires when whoever asked is gone.</summary>
    public CancellationToken Aborted { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Server-side apply: take over fields that others own.</summary>
    public bool Force { get; init; }

    public FieldValidation Validation { get; init; } = FieldValidation.Warn;

    /// <summary>The body was a patch, whose faults are told of the patched object.</summary>
    public bool IsPatch { get; init; }

    /// <summary>What strict decoding finds fault with, as the body was read: fields that are there twice, for example.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Sent as <c>Warning</c> headers.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>A write of the server itself, which admission is not asked about.</summary>
    public static WriteContext Internal(string manager) =>
        new()
        {
            User = UserInfo.Server,
            FieldManager = manager,
            Validation = FieldValidation.Ignore,
            IsInternal = true,
        };

    /// <summary>A write of one of the controllers that every cluster has.</summary>
    public static WriteContext Controller(string name, CancellationToken aborted) =>
        new()
        {
            User = UserInfo.Controller(name),
            FieldManager = "kube-controller-manager",
            Validation = FieldValidation.Ignore,
            Aborted = aborted,
        };
}
