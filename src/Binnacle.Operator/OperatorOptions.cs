using System.Net;
using Binnacle.Operator.Admission;
using Binnacle.Operator.Telemetry;
using Kubernetes.Runtime.Leases;

namespace Binnacle.Operator;

/// <summary>How the operator reaches the web interfaces of the components.</summary>
public enum Reach
{
    /// <summary>By pod address: in the cluster, on its node, in LocalCluster.</summary>
    Direct,

    /// <summary>Through the API server's pod proxy: from outside.</summary>
    ApiProxy,
}

/// <summary>What the operator is started with.</summary>
public sealed record OperatorOptions
{
    /// <summary>Kubeconfig file; null: KUBECONFIG, ~/.kube/config, or the pod's service account, in this order.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Default: by pod address.</summary>
    public Reach Reach { get; init; }

    /// <summary>Where /livez and /readyz are served; port 0 takes a free one. Default [::]:8081, all of IPv6 and IPv4.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.IPv6Any, 8081);

    /// <summary>How webhooks are served; null (default): not at all.</summary>
    public WebhookOptions? Webhooks { get; init; }

    /// <summary>The Lease that several operators of a cluster contend for; null (default): this is the only one.</summary>
    public LeaderElectionOptions? LeaderElection { get; init; }

    /// <summary>Where /metrics is served; may be <see cref="Listen"/>. Null (default): nowhere.</summary>
    public IPEndPoint? MetricsListen { get; init; }

    /// <summary>How log records are written. Default: text.</summary>
    public LogFormat LogFormat { get; init; }

    /// <summary>Where traces are sent (OTLP); null: where OTEL_EXPORTER_OTLP_ENDPOINT says, else nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
