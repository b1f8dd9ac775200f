using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Binnacle.Operator.Components;

/// <summary>The answer of a component was a refusal; <see cref="Exception.Message"/> is the component's own words.</summary>
internal sealed class ComponentRefusedException(string message) : Exception(message);

/// <summary>What the operator asks of a Prometheus replica. Throws <see cref="HttpRequestException"/> without an answer.</summary>
internal sealed class PrometheusApi(IComponentTransport transport)
{
    /// <summary>
    /// All rule groups, or those named. Answers of large rule sets come in pages where the server can page
    /// (group_limit since 3.1); older servers ignore the parameter and send everything.
    /// </summary>
    public async Task<IReadOnlyList<RuleGroup>> RulesAsync(
        Replica replica,
        IReadOnlyCollection<string>? groups,
        CancellationToken cancellationToken
    )
    {
        const int pageSize = 200;
        var found = new List<RuleGroup>();
        var filter = new StringBuilder();
        foreach (var group in groups ?? [])
        {
            filter.Append("&rule_group[]=").Append(Uri.EscapeDataString(group));
        }

        string? next = null;
        do
        {
            var token = next is null ? "" : $"&group_next_token={Uri.EscapeDataString(next)}";
            var page = await GetAsync(
                replica,
                $"/api/v1/rules?group_limit={pageSize}{filter}{token}",
                ComponentJsonContext.Default.PrometheusEnvelopeRulesData,
                cancellationToken
            );
            found.AddRange(page.Groups);
            next = page.GroupNextToken;
        } while (!string.IsNullOrEmpty(next));

        return found;
    }

    /// <summary>The targets that are scraped, with the outcome of the last scrape.</summary>
    public async Task<IReadOnlyList<TargetState>> TargetsAsync(Replica replica, CancellationToken cancellationToken) =>
        (
            await GetAsync(
                replica,
                "/api/v1/targets?state=active",
                ComponentJsonContext.Default.PrometheusEnvelopeTargetsData,
                cancellationToken
            )
        ).ActiveTargets;

    /// <summary>An instant query whose result is a vector.</summary>
    public async Task<IReadOnlyList<VectorSample>> QueryAsync(
        Replica replica,
        string expression,
        CancellationToken cancellationToken
    ) =>
        (
            await GetAsync(
                replica,
                $"/api/v1/query?query={Uri.EscapeDataString(expression)}",
                ComponentJsonContext.Default.PrometheusEnvelopeQueryData,
                cancellationToken
            )
        ).Result;

    /// <summary>An instant query of which the server also says what it cost, given up by it after the time.</summary>
    public Task<QueryData> MeasureAsync(
        Replica replica,
        string expression,
        TimeSpan timeout,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            replica,
            $"/api/v1/query?query={Uri.EscapeDataString(expression)}&stats=all&timeout={Seconds(timeout)}s",
            ComponentJsonContext.Default.PrometheusEnvelopeQueryData,
            cancellationToken
        );

    /// <summary>A query at each step of a time, given up by the server after the time-out.</summary>
    public async Task<IReadOnlyList<RangeSeries>> QueryRangeAsync(
        Replica replica,
        string expression,
        DateTimeOffset start,
        DateTimeOffset end,
        TimeSpan step,
        TimeSpan timeout,
        CancellationToken cancellationToken
    ) =>
        (
            await GetAsync(
                replica,
                $"/api/v1/query_range?query={Uri.EscapeDataString(expression)}&start={start.ToUnixTimeSeconds()}"
                    + $"&end={end.ToUnixTimeSeconds()}&step={Seconds(step)}&timeout={Seconds(timeout)}s",
                ComponentJsonContext.Default.PrometheusEnvelopeRangeData,
                cancellationToken
            )
        ).Result;

    /// <summary>Names of metrics that have data, at most <paramref name="limit"/> (servers before 2.53 send all).</summary>
    public Task<IReadOnlyList<string>> MetricNamesAsync(
        Replica replica,
        int limit,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            replica,
            $"/api/v1/label/__name__/values?limit={limit}",
            ComponentJsonContext.Default.PrometheusEnvelopeIReadOnlyListString,
            cancellationToken
        );

    /// <summary>What the targets say of their metrics, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyDictionary<string, IReadOnlyList<MetricMetadata>>> MetadataAsync(
        Replica replica,
        int limit,
        CancellationToken cancellationToken
    ) =>
        GetAsync(
            replica,
            $"/api/v1/metadata?limit={limit}&limit_per_metric=1",
            ComponentJsonContext.Default.PrometheusEnvelopeIReadOnlyDictionaryStringIReadOnlyListMetricMetadata,
            cancellationToken
        );

    /// <summary>The time of the oldest sample; null while there is none.</summary>
    public async Task<DateTimeOffset?> OldestSampleAsync(Replica replica, CancellationToken cancellationToken)
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Get, "/metrics", cancellationToken);
        answer.EnsureSuccessStatusCode();
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        // Without data the server tells the largest number there is.
        return MetricsText.Value(text, "prometheus_tsdb_lowest_timestamp_seconds") is { } seconds and > 0 and < 1e10
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
    }

    /// <summary>The configuration that is in force, as the server prints it.</summary>
    public async Task<string> LoadedConfigAsync(Replica replica, CancellationToken cancellationToken) =>
        (
            await GetAsync(
                replica,
                "/api/v1/status/config",
                ComponentJsonContext.Default.PrometheusEnvelopeConfigData,
                cancellationToken
            )
        ).Yaml;

    /// <summary>The version that runs, for example <c>3.5.3</c>.</summary>
    public async Task<string> VersionAsync(Replica replica, CancellationToken cancellationToken) =>
        (
            await GetAsync(
                replica,
                "/api/v1/status/buildinfo",
                ComponentJsonContext.Default.PrometheusEnvelopeBuildInfo,
                cancellationToken
            )
        ).Version;

    /// <summary>
    /// The expression as the server's own printer writes it: two expressions mean the same tree when this is equal.
    /// </summary>
    /// <exception cref="ComponentRefusedException">The server cannot parse it; the message says where.</exception>
    public Task<string> FormatAsync(Replica replica, string expression, CancellationToken cancellationToken) =>
        GetAsync(
            replica,
            $"/api/v1/format_query?query={Uri.EscapeDataString(expression)}",
            ComponentJsonContext.Default.PrometheusEnvelopeString,
            cancellationToken
        );

    /// <summary>Makes the server read its files again.</summary>
    /// <exception cref="ComponentRefusedException">It refused them and goes on with what it had.</exception>
    public Task ReloadAsync(Replica replica, CancellationToken cancellationToken) =>
        ReloadCall.SendAsync(transport, replica, cancellationToken);

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString(CultureInfo.InvariantCulture);

    private async Task<T> GetAsync<T>(
        Replica replica,
        string path,
        JsonTypeInfo<PrometheusEnvelope<T>> type,
        CancellationToken cancellationToken
    )
    {
        using var answer = await transport.SendAsync(replica, HttpMethod.Get, path, cancellationToken);
        PrometheusEnvelope<T>? envelope;
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
            envelope = await JsonSerializer.DeserializeAsync(body, type, cancellationToken);
        }
        catch (JsonException garbled)
        {
            throw new HttpRequestException(
                $"{replica.Pod} answered {(int)answer.StatusCode} without a Prometheus envelope",
                garbled
            );
        }

        return envelope switch
        {
            { Status: "success", Data: { } data } => data,
            { Status: "error" } => throw new ComponentRefusedException(envelope.Error ?? envelope.ErrorType ?? "error"),
            _ => throw new HttpRequestException($"{replica.Pod} answered {(int)answer.StatusCode} without data"),
        };
    }
}
