using Kubernetes.Models;

namespace LocalCluster.Node.Probes;

/// <summary>Counts the outcomes of one probe against its thresholds.</summary>
internal sealed class ProbeState(Probe probe)
{
    private int successes;
    private int failures;

    /// <summary>What the probe says now; null until a threshold was reached.</summary>
    public bool? Verdict { get; private set; }

    /// <summary>Takes one outcome; true when the verdict changed.</summary>
    public bool Count(bool success)
    {
        var before = Verdict;
        if (success)
        {
            failures = 0;
            if (++successes >= (probe.SuccessThreshold ?? 1))
            {
                Verdict = true;
            }
        }
        else
        {
            successes = 0;
            if (++failures >= (probe.FailureThreshold ?? 3))
            {
                Verdict = false;
            }
        }

        return Verdict != before;
    }
}
