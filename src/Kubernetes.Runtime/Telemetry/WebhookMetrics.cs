using System.Diagnostics.Metrics;
using System.Globalization;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of all admission webhooks.</summary>
internal sealed class WebhookMetrics(Meter meter)
{
    public Counter<long> Requests { get; } =
        meter.Counter("controller_runtime_webhook_requests_total", "Admission requests by HTTP status code.");

    public Histogram<double> Latency { get; } =
        meter.Durations("controller_runtime_webhook_latency_seconds", "How long admission requests took.");

    public UpDownCounter<long> InFlight { get; } =
        meter.CreateUpDownCounter<long>(
            "controller_runtime_webhook_requests_in_flight",
            unit: null,
            "Admission requests being answered."
        );
}

/// <summary>The webhook instruments with one webhook's label.</summary>
internal sealed class WebhookInstruments
{
    private readonly WebhookMetrics _metrics;
    private readonly KeyValuePair<string, object?> _webhook;

    public WebhookInstruments(WebhookMetrics metrics, string path)
    {
        _metrics = metrics;
        _webhook = Instruments.Label("webhook", path);
        metrics.InFlight.Add(0, _webhook);
        metrics.Latency.Begin(_webhook);
        foreach (var code in new[] { 200, 400, 413, 500 })
        {
            metrics.Requests.Add(0, _webhook, Code(code));
        }
    }

    /// <summary>A request came in; <see cref="Ended"/> must follow.</summary>
    public void Started() => _metrics.InFlight.Add(1, _webhook);

    /// <summary>A request was answered.</summary>
    /// <param name="code">The HTTP status code of the answer.</param>
    /// <param name="took">From <see cref="Started"/> on.</param>
    public void Ended(int code, TimeSpan took)
    {
        _metrics.InFlight.Add(-1, _webhook);
        _metrics.Requests.Add(1, _webhook, Code(code));
        _metrics.Latency.Record(took.TotalSeconds, _webhook);
    }

    private static KeyValuePair<string, object?> Code(int code) =>
        Instruments.Label("code", code.ToString(CultureInfo.InvariantCulture));
}
