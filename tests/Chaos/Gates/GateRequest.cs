namespace Chaos.Gates;

/// <summary>A request that came through a gate.</summary>
/// <param name="Gate">Name of the gate: who asked.</param>
/// <param name="Method">For example PATCH.</param>
/// <param name="Path">Path and query.</param>
internal sealed record GateRequest(string Gate, string Method, string Path)
{
    /// <summary>It goes on to a pod: the API server only passes it through.</summary>
    public bool IsPodProxy => Path.Contains("/proxy/", StringComparison.Ordinal);

    /// <summary>It is about a Lease.</summary>
    public bool IsLease => Path.Contains("/leases", StringComparison.Ordinal);

    /// <summary>It is meant to change something on the API server.</summary>
    public bool IsWrite => Method is not ("GET" or "HEAD") && !IsPodProxy;
}

/// <summary>A request that was meant to change something, as it went on to the server.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="At">When it went on to the server.</param>
/// <param name="AnsweredAt">When the answer came.</param>
/// <param name="Status">The answer; 0: none came.</param>
/// <param name="Body">What it says.</param>
internal sealed record GateWrite(
    GateRequest Request,
    DateTimeOffset At,
    DateTimeOffset AnsweredAt,
    int Status,
    string Body
)
{
    /// <summary>Who asked.</summary>
    public string Gate => Request.Gate;

    /// <summary>For example PATCH.</summary>
    public string Method => Request.Method;

    /// <summary>Path and query.</summary>
    public string Path => Request.Path;

    /// <inheritdoc />
    public override string ToString() => $"\n{At:HH:mm:ss.fff} {Gate} {Method} {Path} {Status} {Body}";
}
