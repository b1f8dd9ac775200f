namespace SampleService;

/// <summary>
/// The simulated life of one service. Nothing ticks: each look brings the counters from the last look to now, so they
/// are exact for any clock, and a fault changes the rates from the moment it is switched.
/// </summary>
internal sealed class Traffic(ServiceProfile profile, TimeProvider time)
{
    private const double ErrorShare = 0.0005;
    private const double FaultErrorShare = 0.6;
    private const double NotFoundShare = 0.02;
    private const double SlowMedianSeconds = 2.2;

    private readonly Lock _lock = new();
    private readonly long _start = time.GetTimestamp();
    private readonly RouteCounters[] _routes = [.. profile.Routes.Select(route => new RouteCounters(route))];
    private readonly ModelCounters[] _models = [.. profile.Models.Select(model => new ModelCounters(model))];
    private long _last = time.GetTimestamp();
    private Fault _fault;

    public Fault Fault
    {
        get
        {
            lock (_lock)
            {
                return _fault;
            }
        }
        set
        {
            lock (_lock)
            {
                Advance();
                _fault = value;
            }
        }
    }

    /// <summary>Writes the metrics as they are now.</summary>
    public void WriteTo(TextExposition text, string service)
    {
        lock (_lock)
        {
            Advance();
            text.Family("sample_service_info", "gauge", "Which simulated service this is.")
                .Sample("sample_service_info", 1, ("service", service));
            WriteRequests(text);
            WriteModels(text);
            WriteResources(text);
        }
    }

    private void WriteRequests(TextExposition text)
    {
        if (_routes.Length == 0)
        {
            return;
        }

        text.Family("http_requests_total", "counter", "HTTP requests served.");
        foreach (var route in _routes)
        {
            foreach (var (status, count) in route.ByStatus)
            {
                text.Sample(
                    "http_requests_total",
                    Math.Floor(count),
                    ("method", route.Profile.Method),
                    ("route", route.Profile.Route),
                    ("status_code", status)
                );
            }
        }

        text.Family("http_request_duration_seconds", "histogram", "Time to serve an HTTP request.");
        foreach (var route in _routes)
        {
            text.Histogram(
                "http_request_duration_seconds",
                route.Latency,
                ("method", route.Profile.Method),
                ("route", route.Profile.Route)
            );
        }
    }

    private void WriteModels(TextExposition text)
    {
        if (_models.Length == 0)
        {
            return;
        }

        text.Family("ai_requests_total", "counter", "Calls of AI models.");
        foreach (var model in _models)
        {
            (string Status, double Count)[] outcomes = [("success", model.Succeeded), ("error", model.Failed)];
            foreach (var (status, count) in outcomes)
            {
                text.Sample(
                    "ai_requests_total",
                    Math.Floor(count),
                    ("model", model.Profile.Model),
                    ("provider", model.Profile.Provider),
                    ("status", status)
                );
            }
        }
    }

    private void WriteResources(TextExposition text)
    {
        var minutes = time.GetElapsedTime(_start).TotalMinutes;
        var wave = Math.Sin(2 * Math.PI * minutes / 4);
        text.Family("cpu_usage_percent", "gauge", "CPU use of the service, 0 to 100.")
            .Sample("cpu_usage_percent", Math.Round(profile.CpuPercent + (6 * wave), 2));
        text.Family("memory_usage_bytes", "gauge", "Memory of the service.")
            .Sample("memory_usage_bytes", Math.Round(profile.MemoryBytes * (1 + (0.05 * wave))));
    }

    private void Advance()
    {
        var now = time.GetTimestamp();
        var seconds = time.GetElapsedTime(_last, now).TotalSeconds;
        _last = now;
        var errors = _fault == Fault.Errors ? FaultErrorShare : ErrorShare;
        foreach (var route in _routes)
        {
            var requests = route.Profile.PerSecond * seconds;
            route.Add(requests, errors);
            route.Latency.Observe(requests, _fault == Fault.Slow ? SlowMedianSeconds : route.Profile.MedianSeconds);
        }

        foreach (var model in _models)
        {
            model.Add(model.Profile.PerSecond * seconds, errors);
        }
    }

    private sealed class RouteCounters(RouteProfile profile)
    {
        private double _ok;
        private double _notFound;
        private double _failed;

        public RouteProfile Profile => profile;

        public LatencyHistogram Latency { get; } = new();

        public IEnumerable<(string Status, double Count)> ByStatus =>
            [("200", _ok), ("404", _notFound), ("500", _failed)];

        public void Add(double requests, double errors)
        {
            _failed += requests * errors;
            _notFound += requests * NotFoundShare * (1 - errors);
            _ok += requests * (1 - NotFoundShare) * (1 - errors);
        }
    }

    private sealed class ModelCounters(ModelProfile profile)
    {
        public ModelProfile Profile => profile;

        public double Succeeded { get; private set; }

        public double Failed { get; private set; }

        public void Add(double calls, double errors)
        {
            Failed += calls * errors;
            Succeeded += calls * (1 - errors);
        }
    }
}
