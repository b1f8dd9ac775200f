namespace Kubernetes.Runtime.Certificates;

/// <summary>What certificates a server makes for itself, and when it renews them.</summary>
/// <param name="Name">Goes into the authority's common name, for people: <c>example-webhooks</c>.</param>
/// <param name="Hosts">
/// DNS names and IP addresses by which clients reach the server; at least one. For a Service see <see cref="ForService"/>.
/// </param>
public sealed record CertificatePolicy(string Name, IReadOnlyList<string> Hosts)
{
    /// <summary>How long an authority is valid; default 3650 days.</summary>
    public TimeSpan AuthorityLifetime { get; init; } = TimeSpan.FromDays(3650);

    /// <summary>How long the server's certificate is valid; default 90 days.</summary>
    public TimeSpan LeafLifetime { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The part of a lifetime after which a successor is made; default two thirds.</summary>
    public double RenewAfter { get; init; } = 2.0 / 3;

    /// <summary>Certificates are valid from this long ago, for clocks that lag; default one hour.</summary>
    public TimeSpan Backdate { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// For how long a new authority is only announced to clients before it signs what they are shown; default 10 minutes.
    /// </summary>
    public TimeSpan Announcement { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The names under which a Service is reached from the API server and from pods.</summary>
    public static IReadOnlyList<string> ForService(string service, string @namespace) =>
        [$"{service}.{@namespace}.svc", $"{service}.{@namespace}", $"{service}.{@namespace}.svc.cluster.local"];

    /// <summary>When a certificate with these bounds is to be followed by another.</summary>
    internal DateTimeOffset RenewalOf(DateTimeOffset from, DateTimeOffset until) =>
        from + TimeSpan.FromTicks((long)((until - from).Ticks * RenewAfter));
}
