using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Binnacle.Operator.Components;

// A field that an answer lacks is set to null by deserialisation, whatever the initialiser: hence the getters.
// Shapes of the Prometheus HTTP API: https://prometheus.io/docs/prometheus/latest/querying/api/

internal sealed record PrometheusEnvelope<T>
{
    public string Status
    {
        get => field ?? "";
        init;
    }

    public T? Data { get; init; }
    public string? ErrorType { get; init; }
    public string? Error { get; init; }
}

internal sealed record RulesData
{
    public IReadOnlyList<RuleGroup> Groups
    {
        get => field ?? [];
        init;
    }

    public string? GroupNextToken { get; init; }
}

internal sealed record RuleGroup
{
    public string Name
    {
        get => field ?? "";
        init;
    }

    public string File
    {
        get => field ?? "";
        init;
    }

    public IReadOnlyList<RuleState> Rules
    {
        get => field ?? [];
        init;
    }
}

internal sealed record RuleState
{
    public string Name
    {
        get => field ?? "";
        init;
    }

    public string Query
    {
        get => field ?? "";
        init;
    }

    /// <summary>alerting or recording.</summary>
    public string Type
    {
        get => field ?? "";
        init;
    }

    /// <summary>inactive, pending, firing or unknown; null for a recording rule.</summary>
    public string? State { get; init; }

    /// <summary>ok, err or unknown (not evaluated yet).</summary>
    public string Health
    {
        get => field ?? "";
        init;
    }

    public string? LastError { get; init; }
    public IReadOnlyList<ActiveAlert>? Alerts { get; init; }
}

internal sealed record ActiveAlert
{
    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? ImmutableDictionary<string, string>.Empty;
        init;
    }

    public string State
    {
        get => field ?? "";
        init;
    }

    public DateTimeOffset? ActiveAt { get; init; }
    public string Value
    {
        get => field ?? "";
        init;
    }
}

internal sealed record TargetsData
{
    public IReadOnlyList<TargetState> ActiveTargets
    {
        get => field ?? [];
        init;
    }
}

internal sealed record TargetState
{
    public string ScrapePool
    {
        get => field ?? "";
        init;
    }

    public string ScrapeUrl
    {
        get => field ?? "";
        init;
    }

    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? ImmutableDictionary<string, string>.Empty;
        init;
    }

    /// <summary>up, down or unknown (not scraped yet).</summary>
    public string Health
    {
        get => field ?? "";
        init;
    }

    public string LastError
    {
        get => field ?? "";
        init;
    }
}

internal sealed record ConfigData
{
    public string Yaml
    {
        get => field ?? "";
        init;
    }
}

internal sealed record BuildInfo
{
    public string Version
    {
        get => field ?? "";
        init;
    }
}

internal sealed record QueryData
{
    public string ResultType
    {
        get => field ?? "";
        init;
    }

    public IReadOnlyList<VectorSample> Result
    {
        get => field ?? [];
        init;
    }

    /// <summary>Sent when the query asks for <c>stats=all</c>, by servers from 2.35 on.</summary>
    public QueryStats? Stats { get; init; }
}

internal sealed record QueryStats
{
    public SampleStats? Samples { get; init; }
}

internal sealed record SampleStats
{
    public long TotalQueryableSamples { get; init; }
}

internal sealed record RangeData
{
    public IReadOnlyList<RangeSeries> Result
    {
        get => field ?? [];
        init;
    }
}

internal sealed record RangeSeries
{
    public IReadOnlyDictionary<string, string> Metric
    {
        get => field ?? ImmutableDictionary<string, string>.Empty;
        init;
    }

    /// <summary>Each [unix seconds, "value"].</summary>
    public IReadOnlyList<IReadOnlyList<JsonElement>> Values
    {
        get => field ?? [];
        init;
    }

    /// <summary>When the series had a value, in order.</summary>
    public IEnumerable<DateTimeOffset> Times() =>
        Values.Select(value => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Round(value[0].GetDouble() * 1000)));
}

/// <summary>What targets say of a metric, one of several where they differ.</summary>
internal sealed record MetricMetadata
{
    /// <summary>counter, gauge, histogram, gaugehistogram, summary, info, stateset or unknown.</summary>
    public string Type
    {
        get => field ?? "unknown";
        init;
    }
}

internal sealed record VectorSample
{
    public IReadOnlyDictionary<string, string> Metric
    {
        get => field ?? ImmutableDictionary<string, string>.Empty;
        init;
    }

    /// <summary>[unix seconds, "value"].</summary>
    public IReadOnlyList<JsonElement> Value
    {
        get => field ?? [];
        init;
    }

    /// <summary>The sample's value; NaN when the server sent none.</summary>
    [JsonIgnore]
    public double Number =>
        Value.Count == 2
        && double.TryParse(Value[1].GetString(), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : double.NaN;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(PrometheusEnvelope<RulesData>))]
[JsonSerializable(typeof(PrometheusEnvelope<TargetsData>))]
[JsonSerializable(typeof(PrometheusEnvelope<ConfigData>))]
[JsonSerializable(typeof(PrometheusEnvelope<BuildInfo>))]
[JsonSerializable(typeof(PrometheusEnvelope<QueryData>))]
[JsonSerializable(typeof(PrometheusEnvelope<RangeData>))]
[JsonSerializable(typeof(PrometheusEnvelope<IReadOnlyList<string>>))]
[JsonSerializable(typeof(PrometheusEnvelope<IReadOnlyDictionary<string, IReadOnlyList<MetricMetadata>>>))]
[JsonSerializable(typeof(PrometheusEnvelope<string>))]
[JsonSerializable(typeof(AlertmanagerStatus))]
internal sealed partial class ComponentJsonContext : JsonSerializerContext;

/// <summary>The part of Alertmanager's <c>/api/v2/status</c> that is read.</summary>
internal sealed record AlertmanagerStatus
{
    public AlertmanagerVersion? VersionInfo { get; init; }
}

/// <summary>Version of a running Alertmanager.</summary>
internal sealed record AlertmanagerVersion
{
    public string Version
    {
        get => field ?? "";
        init;
    }
}
