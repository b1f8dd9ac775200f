using Kubernetes.Runtime.Telemetry;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Binnacle.Operator.Telemetry;

/// <summary>
/// Sends spans of reconciliations, and of the requests made in them, to an OpenTelemetry collector. Without an endpoint
/// nothing is set up, and no span is ever made.
/// </summary>
/// <remarks>
/// .NET's own HTTP spans follow the semantic conventions and carry W3C context to the server; query values in
/// <c>url.full</c> are left out by it. OpenTelemetry's variables (OTEL_EXPORTER_OTLP_PROTOCOL, _HEADERS, _TIMEOUT,
/// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES, OTEL_BSP_*) are honoured by its library.
/// </remarks>
internal static class Tracing
{
    private const string HttpSource = "System.Net.Http";

    /// <summary>Starts to send; null when there is nowhere to send to.</summary>
    /// <param name="endpoint">The collector, above OTEL_EXPORTER_OTLP_[TRACES_]ENDPOINT; null: what these say.</param>
    public static TracerProvider? Start(Uri? endpoint)
    {
        if (
            endpoint is null
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT"))
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"))
        )
        {
            return null;
        }

        if (
            string.Equals(
                Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"),
                "true",
                StringComparison.OrdinalIgnoreCase
            )
        )
        {
            return null;
        }

        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource =>
                resource
                    .AddService(
                        "binnacle-operator",
                        serviceVersion: BuildVersion.Read().Version,
                        serviceInstanceId: Environment.MachineName
                    )
                    .AddEnvironmentVariableDetector()
            )
            .SetSampler(new ParentBasedSampler(new ReconcileSampler(TraceRatio.FromEnvironment())))
            .AddSource(RuntimeTracing.SourceName, HttpSource)
            .AddOtlpExporter(otlp => Aim(otlp, endpoint))
            .Build();
    }

    /// <summary>As the variable's value would be taken: for HTTP it is a base, to which the path is added.</summary>
    private static void Aim(OtlpExporterOptions otlp, Uri? endpoint)
    {
        if (endpoint is null)
        {
            return;
        }

        otlp.Endpoint =
            otlp.Protocol == OtlpExportProtocol.Grpc
                ? endpoint
                : new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/v1/traces");
    }
}
