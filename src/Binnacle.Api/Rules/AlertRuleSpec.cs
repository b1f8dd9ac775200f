using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>When to alert, and whom.</summary>
public sealed record AlertRuleSpec(Severity Severity = Severity.Warning, bool Enabled = true)
{
    /// <summary>The one MonitoringStack that evaluates this rule. Default: every stack whose selectors match.</summary>
    public StackRef? StackRef { get; init; }

    /// <summary>
    /// Name of the alert, the label alertname. Default: metadata.name in PascalCase, so that high-error-rate becomes HighErrorRate. Example: <c>HighErrorRate</c>.
    /// </summary>
    [Size(Min = 1, Max = 253)]
    public string? Alert { get; init; }

    /// <summary>
    /// PromQL expression. Every series that it returns is one alert, with the labels of that series. Example: <c>sum by (job) (rate(http_requests_total{code=~"5.."}[5m])) > 0.1</c>.
    /// </summary>
    [RequiredField, Size(Min = 1, Max = 65536)]
    public string Expr
    {
        get => field ?? "";
        init;
    }

    /// <summary>
    /// How long expr must hold without a gap before the alert fires; until then it is pending. A Prometheus duration. Default: 0s, fire at once. Example: <c>5m</c>.
    /// </summary>
    [Duration]
    public string? For { get; init; }

    /// <summary>
    /// How long the alert goes on firing after expr stopped holding, so that it does not flap. A Prometheus duration. Default: 0s, resolve at once. Example: <c>10m</c>.
    /// </summary>
    [Duration]
    public string? KeepFiringFor { get; init; }

    /// <summary>
    /// How often expr is evaluated. A Prometheus duration. Default: the stack's metrics.evaluationInterval. Example: <c>30s</c>.
    /// </summary>
    [Duration]
    public string? Interval { get; init; }

    /// <summary>
    /// How urgent the alert is: Critical (act now), Warning (look during working hours), Info (worth knowing) or None. Becomes the label severity in lower case, which the stack's routes match on; None sets no label.
    /// </summary>
    public Severity Severity { get; init; } = Severity;

    /// <summary>
    /// One line that says what is wrong, for titles of notifications. A Go template as in Prometheus. Example: <c>{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests</c>.
    /// </summary>
    [Size(Max = 4096)]
    public string? Summary { get; init; }

    /// <summary>
    /// What is wrong, how bad it is and what to look at first. A Go template as in Prometheus. Example: <c>{{ $value }} errors per second on {{ $labels.instance }}</c>.
    /// </summary>
    [Size(Max = 16384)]
    public string? Description { get; init; }

    /// <summary>Page that says what to do. Becomes the annotation runbook_url. Example: <c>https://runbooks.example.com/HighErrorRate</c>.</summary>
    [Size(Min = 1, Max = 2048)]
    public string? RunbookUrl { get; init; }

    /// <summary>Labels added to the alert, beside those of the series; values are Go templates. Routes can match on them. Example: <c>team: payments</c>.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 4096)]
    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Annotations added to the alert, beside summary, description and runbook_url; values are Go templates. Example: <c>dashboard: https://grafana.example.com/d/checkout</c>.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 16384)]
    public IReadOnlyDictionary<string, string> Annotations
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Channels of the stack (alerting.channels) that are told besides those that its routes choose. Example: <c>[payments]</c>.</summary>
    [ListSet, Size(Max = 32, MaxItemLength = 63)]
    public IReadOnlyList<string> Channels
    {
        get => field ?? [];
        init;
    }

    /// <summary>Helper series that are computed before the alert, in this order, at the same interval; expr can use them.</summary>
    [Size(Max = 32)]
    public IReadOnlyList<Recording> Recordings
    {
        get => field ?? [];
        init;
    }

    /// <summary>False: the rule stays in the cluster but is not evaluated, and its state is Disabled.</summary>
    public bool Enabled { get; init; } = Enabled;
}

/// <summary>A series that is computed out of others.</summary>
public sealed record Recording
{
    /// <summary>Name of the new metric; by convention level:metric:operation. Example: <c>job:http_errors:rate5m</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 253), Pattern("^[a-zA-Z_:][a-zA-Z0-9_:]*$")]
    public string Name
    {
        get => field ?? "";
        init;
    }

    /// <summary>PromQL expression of its value. Example: <c>sum by (job) (rate(http_requests_total{code=~"5.."}[5m]))</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 65536)]
    public string Expr
    {
        get => field ?? "";
        init;
    }

    /// <summary>Labels added to the new series, or overwritten.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 4096)]
    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? Empty.Strings;
        init;
    }
}
