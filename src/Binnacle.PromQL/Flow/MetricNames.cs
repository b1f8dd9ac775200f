namespace Binnacle.PromQL.Flow;

/// <summary>What a metric's name tells by convention (https://prometheus.io/docs/practices/naming/).</summary>
internal static class MetricNames
{
    private static readonly string[] GaugeSuffixes =
    [
        "_ratio",
        "_percent",
        "_percentage",
        "_celsius",
        "_info",
        "_timestamp",
        "_timestamp_seconds",
        "_size_bytes",
        "_free_bytes",
        "_available_bytes",
        "_avail_bytes",
        "_usage_bytes",
        "_limit",
        "_limit_bytes",
        "_limits",
        "_requests_memory_bytes",
        "_connected",
        "_up",
        "_in_use",
        "_active",
        "_inflight",
        "_utilization",
        "_temperature",
    ];

    /// <summary>True for <c>_total</c>, the suffix of counters alone.</summary>
    public static bool IsCounter(string name) => name.EndsWith("_total", StringComparison.Ordinal);

    /// <summary>True for a counter or for a part of a histogram or summary that only grows.</summary>
    public static bool OnlyGrows(string name) =>
        IsCounter(name) || IsBucket(name) || name.EndsWith("_sum", StringComparison.Ordinal) || IsCount(name);

    /// <summary>True for the buckets of a classic histogram.</summary>
    public static bool IsBucket(string name) => name.EndsWith("_bucket", StringComparison.Ordinal);

    /// <summary>True for the count of a histogram or summary.</summary>
    public static bool IsCount(string name) => name.EndsWith("_count", StringComparison.Ordinal);

    /// <summary>True for a name of a recording rule (<c>level:metric:operations</c>), whose end says nothing of a counter.</summary>
    public static bool IsRecorded(string name) => name.Contains(':', StringComparison.Ordinal);

    /// <summary>True for a recorded rate: <c>job:http_requests:rate5m</c>.</summary>
    public static bool IsRecordedRate(string name)
    {
        var operation = name.AsSpan(name.LastIndexOf(':') + 1);
        return IsRecorded(name)
            && (
                operation.StartsWith("rate")
                || operation.StartsWith("irate")
                || operation.StartsWith("ratio")
                || operation.StartsWith("sum_rate")
                || operation.StartsWith("sum_irate")
                || operation.StartsWith("increase")
            );
    }

    /// <summary>True where the name is that of something that goes up and down.</summary>
    public static bool IsGauge(string name)
    {
        if (name is "up" or "probe_success")
        {
            return true;
        }

        foreach (var suffix in GaugeSuffixes)
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Values of a metric as far as its name tells.</summary>
    public static ValueFlow Values(string? name)
    {
        if (name is null)
        {
            return ValueFlow.Any;
        }

        if (name is "up" or "probe_success")
        {
            return new ValueFlow(0, 1) { Whole = true, Unit = ValueUnit.Bool };
        }

        if (name is "ALERTS")
        {
            return new ValueFlow(1, 1)
            {
                Whole = true,
                Unit = ValueUnit.Bool,
                Conditional = true,
            };
        }

        var unit = Units.OfMetric(name);
        return !IsRecorded(name) && (IsCounter(name) || IsBucket(name))
            ? ValueFlow.NonNegative with
            {
                Unit = unit,
            }
            : ValueFlow.Any with
            {
                Unit = unit,
            };
    }
}
