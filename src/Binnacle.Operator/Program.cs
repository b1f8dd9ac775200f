using System.CommandLine;
using Binnacle.Operator;
using Binnacle.Operator.Admission;
using Binnacle.Operator.Telemetry;
using Kubernetes.Client;

var kubeconfig = new Option<string?>("--kubeconfig")
{
    Description = "Kubeconfig file. Default: KUBECONFIG, ~/.kube/config, or the pod's service account.",
};
var reach = new Option<Reach>("--reach")
{
    Description = "How components are reached: Direct (by pod address) or ApiProxy (through the API server).",
};
var listen = ListenAddress.Option("--listen", "Address of /livez and /readyz.", 8081);
var metricsListen = ListenAddress.Option("--metrics-listen", "Address of /metrics; 0: none.", 8080, mayBeNone: true);
var logFormat = new Option<LogFormat>("--log-format")
{
    Description = "How log records are written: text (a line for people) or json (an object per line).",
};
var otlpEndpoint = new Option<Uri?>("--otlp-endpoint")
{
    Description =
        "Where traces are sent, for example http://collector:4317. Default: OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere.",
    CustomParser = result =>
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https"))
        {
            return uri;
        }

        result.AddError("--otlp-endpoint must be a URL, for example http://collector:4317");
        return null;
    },
};
var root = new RootCommand("Binnacle: one MonitoringStack in, a running and alerting observability stack out.")
{
    kubeconfig,
    reach,
    listen,
    metricsListen,
    logFormat,
    otlpEndpoint,
};
var webhooks = new WebhookArguments();
webhooks.AddTo(root);
var election = new LeaderElectionFlags(Environment.GetEnvironmentVariable);
election.AddTo(root);
root.SetAction(
    async (parsed, cancellationToken) =>
    {
        try
        {
            var options = new OperatorOptions
            {
                Kubeconfig = parsed.GetValue(kubeconfig),
                Reach = parsed.GetValue(reach),
                Listen = parsed.GetValue(listen)!,
                MetricsListen = ListenAddress.Read(parsed, metricsListen),
                LogFormat = parsed.GetValue(logFormat),
                OtlpEndpoint = parsed.GetValue(otlpEndpoint),
                Webhooks = webhooks.Read(parsed),
                LeaderElection = election.Read(parsed, parsed.GetValue(kubeconfig)),
            };
            return await OperatorServer.RunAsync(options, cancellationToken);
        }
        catch (Exception problem) when (problem is KubernetesConfigurationException or CannotListenException)
        {
            await Console.Error.WriteLineAsync(problem.Message);
            return 1;
        }
    }
);

// The host listens for signals. The parser would, too, and end the process 2 s after one, whatever is in progress.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
