using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of apply sets.</summary>
internal sealed class ApplyInstruments
{
    private const string Applied = "applied";
    private const string Skipped = "skipped";
    private const string Recreated = "recreated";
    private const string Pruned = "pruned";
    private const string Failed = "failed";
    private const string Conflict = "conflict";

    private readonly Counter<long> _objects;

    public ApplyInstruments(Meter meter)
    {
        _objects = meter.Counter(
            "applyset_objects_total",
            "Objects of applied sets by result: applied (written), skipped (known to be as wanted), recreated, pruned, "
                + "failed, conflict (belongs to somebody else)."
        );
        foreach (var result in new[] { Applied, Skipped, Recreated, Pruned, Failed, Conflict })
        {
            Count(result, 0);
        }
    }

    /// <summary>Counts what one call did.</summary>
    public void Count(Apply.ApplyResult result)
    {
        var conflicts = result.Failures.Count(failure =>
            failure.Exception
                is Apply.ForeignObjectException
                    or Client.KubernetesApiException { Kind: Client.KubernetesErrorKind.Conflict }
        );
        Count(Applied, result.Created.Count + result.Updated.Count);
        Count(Skipped, result.Unchanged.Count);
        Count(Recreated, result.Recreated.Count);
        Count(Pruned, result.Pruned.Count);
        Count(Failed, result.Failures.Count - conflicts);
        Count(Conflict, conflicts);
    }

    private void Count(string result, long count) => _objects.Add(count, Instruments.Label("result", result));
}
