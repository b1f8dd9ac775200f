using System.Net;

namespace SampleService;

/// <summary>What <see cref="SampleServiceHost"/> plays.</summary>
public sealed record SampleServiceOptions
{
    /// <summary>The services to play, each with a name of its own.</summary>
    public required IReadOnlyList<SampleEndpoint> Endpoints { get; init; }

    /// <summary>The clock that drives the simulated traffic. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The services of the quickstart on 127.0.0.1, each on the port it has in the cluster; nginx on 8090, as 80 needs rights.</summary>
    public static SampleServiceOptions Quickstart { get; } =
        new()
        {
            Endpoints =
            [
                new("api-gateway", new IPEndPoint(IPAddress.Loopback, 8081)),
                new("llm-router", new IPEndPoint(IPAddress.Loopback, 3033)),
                new("assistantd", new IPEndPoint(IPAddress.Loopback, 8080)),
                new("auth-service", new IPEndPoint(IPAddress.Loopback, 8015)),
                new("memory-service", new IPEndPoint(IPAddress.Loopback, 8017)),
                new("chat-service", new IPEndPoint(IPAddress.Loopback, 8016)),
                new("ml-inference", new IPEndPoint(IPAddress.Loopback, 8091)),
                new("postgres", new IPEndPoint(IPAddress.Loopback, 5432)),
                new("redis", new IPEndPoint(IPAddress.Loopback, 6379)),
                new("nginx", new IPEndPoint(IPAddress.Loopback, 8090)),
            ],
        };
}
