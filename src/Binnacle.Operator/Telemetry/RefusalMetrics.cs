using System.Diagnostics.Metrics;

namespace Binnacle.Operator.Telemetry;

/// <summary>
/// Counts what checking let through: configurations that a component refused, and searches by trial for the resource
/// that is to blame. Both stay at zero as long as the checks know what the components know.
/// </summary>
public sealed class RefusalMetrics
{
    private static readonly string[] Engines = ["Prometheus", "Alertmanager", "Blackbox"];

    private readonly Counter<long> _refusals;
    private readonly Counter<long> _searches;

    /// <summary>Makes the instruments.</summary>
    public RefusalMetrics(Meter meter)
    {
        _refusals = meter.CreateCounter<long>(
            "binnacle_config_refusals_total",
            unit: null,
            "Configurations that passed all checks and were refused by a component."
        );
        _searches = meter.CreateCounter<long>(
            "binnacle_refusal_searches_total",
            unit: null,
            "Searches by trial for the resource that a component refuses without naming it."
        );
        foreach (var engine in Engines)
        {
            _refusals.Add(0, Label(engine));
            _searches.Add(0, Label(engine));
        }
    }

    internal void Refused(string engine) => _refusals.Add(1, Label(engine));

    internal void Searched(string engine) => _searches.Add(1, Label(engine));

    private static KeyValuePair<string, object?> Label(string engine) => new("component", engine.ToLowerInvariant());
}
