using System.Net;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>Where webhooks are served, and what they stand.</summary>
public sealed record WebhookServerOptions
{
    /// <summary>
    /// Default [::]:9443; port 0 takes a free one. [::] stands for every address, those of IPv4 too, 0.0.0.0 for those
    /// of IPv4 alone.
    /// </summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.IPv6Any, 9443);

    /// <summary>Longest body; default 7 MiB: an object of 3 MiB, twice, and what is around it.</summary>
    public int MaxBodyBytes { get; init; } = 7 << 20;

    /// <summary>
    /// How long a review may take, from the request's head to the answer; default 10 s. What the API server says with
    /// <c>?timeout=5s</c> wins when it is less.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a server that ends waits for reviews in progress; default 10 s.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Reviews in progress at the same time; more wait for their turn. Default 64.</summary>
    public int MaxConcurrentReviews { get; init; } = 64;
}
