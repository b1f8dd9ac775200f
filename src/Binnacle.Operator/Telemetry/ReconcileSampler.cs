using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Trace;

namespace Binnacle.Operator.Telemetry;

/// <summary>
/// Decides on traces by their first span. Requests outside of a reconciliation (watches, lease renewals, Events) start
/// no trace: there would be one every two seconds, and none of them tells anything that the metrics do not.
/// </summary>
internal sealed class ReconcileSampler(double ratio) : Sampler
{
    private readonly TraceIdRatioBasedSampler _byId = new(ratio);

    /// <inheritdoc />
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
        samplingParameters.Kind == ActivityKind.Client
            ? new SamplingResult(SamplingDecision.Drop)
            : _byId.ShouldSample(samplingParameters);
}

/// <summary>Which part of all traces is kept.</summary>
internal static class TraceRatio
{
    /// <summary>
    /// OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG as OpenTelemetry defines them; all traces without them.
    /// </summary>
    /// <remarks>https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/</remarks>
    public static double FromEnvironment() =>
        Of(
            Environment.GetEnvironmentVariable("OTEL_TRACES_SAMPLER"),
            Environment.GetEnvironmentVariable("OTEL_TRACES_SAMPLER_ARG")
        );

    /// <summary>As the other, of given values. An argument that is no number from 0 to 1 counts as 1.</summary>
    public static double Of(string? sampler, string? argument) =>
        sampler switch
        {
            "always_off" or "parentbased_always_off" => 0,
            "traceidratio" or "parentbased_traceidratio" => double.TryParse(
                argument,
                NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var ratio
            ) && ratio is >= 0 and <= 1
                ? ratio
                : 1,
            _ => 1,
        };
}
