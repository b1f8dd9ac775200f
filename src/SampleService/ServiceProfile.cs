namespace SampleService;

/// <summary>What a simulated service does when nothing is wrong with it.</summary>
/// <param name="Routes">Its HTTP routes.</param>
/// <param name="Models">The AI models that it calls.</param>
/// <param name="CpuPercent">CPU use around which it swings.</param>
/// <param name="MemoryBytes">Memory around which it swings.</param>
internal sealed record ServiceProfile(
    IReadOnlyList<RouteProfile> Routes,
    IReadOnlyList<ModelProfile> Models,
    double CpuPercent,
    double MemoryBytes
)
{
    private const double MiB = 1024 * 1024;

    private static readonly RouteProfile[] ApiRoutes =
    [
        new("GET", "/api/v1/models", 12, 0.04),
        new("POST", "/api/v1/chat", 8, 0.18),
        new("GET", "/api/v1/health", 2, 0.003),
    ];

    private static readonly ModelProfile[] AiModels = [new("gpt-4o", "openai", 3), new("llama-3-70b", "local", 5)];

    public static ServiceProfile For(string service) =>
        service switch
        {
            "api-gateway" => new(ApiRoutes, [], 42, 512 * MiB),
            "llm-router" or "assistantd" or "ml-inference" or SampleEndpoint.DefaultService => new(
                [new("POST", "/v1/completions", 8, 0.22), new("POST", "/v1/embeddings", 4, 0.06)],
                AiModels,
                55,
                2048 * MiB
            ),
            "postgres" or "redis" or "nginx" => new([], [], 18, 384 * MiB),
            _ => new([new("GET", "/v1/items", 5, 0.03), new("POST", "/v1/items", 2, 0.07)], [], 30, 256 * MiB),
        };
}

/// <summary>A route, its requests a second, and the duration that half of them stay under.</summary>
internal sealed record RouteProfile(string Method, string Route, double PerSecond, double MedianSeconds);

/// <summary>An AI model and the calls of it a second.</summary>
internal sealed record ModelProfile(string Model, string Provider, double PerSecond);
