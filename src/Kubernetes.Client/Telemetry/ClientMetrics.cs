using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;

namespace Kubernetes.Client;

/// <summary>
/// The instruments of a client's requests, under client-go's names. A request that is sent again counts again; a watch
/// counts when it is begun. Thread-safe.
/// </summary>
public sealed class ClientMetrics
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Kubernetes.Client";

    /// <summary>The <c>code</c> of a request that got no answer.</summary>
    private const string NoAnswer = "<error>";

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly string[] Codes = ["200", "404", "409", "429", "500", "503", NoAnswer];

    private readonly Counter<long> _requests;
    private readonly Counter<long> _retries;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    public ClientMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>(
            "rest_client_requests_total",
            unit: null,
            "Requests to the API server by status code; <error>: no answer came."
        );
        _retries = meter.CreateCounter<long>(
            "rest_client_request_retries_total",
            unit: null,
            "Requests sent again because the server asked for it or the credentials were renewed."
        );
        _duration = meter.CreateHistogram(
            "rest_client_request_duration_seconds",
            unit: null,
            "How long the API server took to answer, to the head of the answer; without watches.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
            }
        );
    }

    internal void Initialise(Uri server)
    {
        foreach (var method in Methods)
        {
            foreach (var code in Codes)
            {
                _requests.Add(0, Code(code), Host(server), Method(method));
            }
        }

        _retries.Add(0, Host(server));
    }

    /// <summary>A request came to its end.</summary>
    /// <param name="server">Its address; only host and port of it are shown.</param>
    /// <param name="method">The verb.</param>
    /// <param name="status">Null: no answer came.</param>
    /// <param name="took">Null for watches.</param>
    internal void Answered(Uri server, HttpMethod method, HttpStatusCode? status, TimeSpan? took)
    {
        var code = status is { } known ? ((int)known).ToString(CultureInfo.InvariantCulture) : NoAnswer;
        _requests.Add(1, Code(code), Host(server), Method(method.Method));
        if (took is { } time)
        {
            _duration.Record(time.TotalSeconds, Host(server), new("verb", method.Method));
        }
    }

    internal void Retried(Uri server) => _retries.Add(1, Host(server));

    private static KeyValuePair<string, object?> Code(string code) => new("code", code);

    private static KeyValuePair<string, object?> Host(Uri server) => new("host", server.Authority);

    private static KeyValuePair<string, object?> Method(string method) => new("method", method);
}
