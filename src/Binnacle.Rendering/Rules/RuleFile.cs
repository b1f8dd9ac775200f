using System.Text.Json.Serialization;

namespace Binnacle.Rendering.Rules;

// A rule file as https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ describes it.

internal sealed record RuleFile
{
    public required IReadOnlyList<RuleFileGroup> Groups { get; init; }
}

internal sealed record RuleFileGroup
{
    public required string Name { get; init; }
    public string? Interval { get; init; }
    public required IReadOnlyList<RuleDefinition> Rules { get; init; }
}

/// <summary>An alert or a recording: one of the two names is set.</summary>
internal sealed record RuleDefinition
{
    public string? Record { get; init; }
    public string? Alert { get; init; }
    public required string Expr { get; init; }
    public string? For { get; init; }
    public string? KeepFiringFor { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonIgnore]
    public string Name => Alert ?? Record ?? "";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RuleFile))]
internal sealed partial class RuleFileJsonContext : JsonSerializerContext;
