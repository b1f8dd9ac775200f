namespace Chaos.Gates;

/// <summary>What becomes of a request at a gate.</summary>
internal abstract record GateFault
{
    /// <summary>Nothing: it passes.</summary>
    public static GateFault None { get; } = new Delayed(TimeSpan.Zero);

    /// <summary>The gate answers with this status itself; the server never hears of it.</summary>
    /// <param name="Status">For example 503.</param>
    /// <param name="RetryAfter">Seconds for the header of that name; null: no such header.</param>
    public sealed record Answered(int Status, int? RetryAfter) : GateFault;

    /// <summary>The connection breaks, with everything else that is on it.</summary>
    /// <param name="Served">The server got the request and did it; only its answer is lost.</param>
    public sealed record Reset(bool Served) : GateFault;

    /// <summary>It waits before it goes on.</summary>
    /// <param name="By">How long.</param>
    public sealed record Delayed(TimeSpan By) : GateFault;

    /// <summary>It is never answered; whoever asked has to give up.</summary>
    public sealed record Swallowed : GateFault;
}
