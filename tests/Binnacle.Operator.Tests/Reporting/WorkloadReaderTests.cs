using Binnacle.Api;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class WorkloadReaderTests : IDisposable
{
    private readonly Harness _it = new();

    public void Dispose() => _it.Dispose();

    [Fact]
    [Trait("Guarantee", "A22")]
    public void Components_that_only_a_status_names_are_found_by_their_labels()
    {
        _it.World.Owned.StatefulSets.Set(Set("main-prometheus", "main", "prometheus", ready: 1));
        _it.World.Owned.StatefulSets.Set(Set("other-prometheus", "other", "prometheus", ready: 2));

        var facts = WorkloadReader.ReadKnown(
            _it.World,
            Make.StackKey,
            [
                new ComponentStatus { Name = "prometheus", Kind = "StatefulSet" },
                new ComponentStatus { Name = "blackbox-exporter", Kind = "Deployment" },
            ]
        );

        facts["prometheus"].ShouldBe(new WorkloadFacts(1, ""));
        facts["blackbox-exporter"].Ready.ShouldBe(0);
        facts["blackbox-exporter"].Problem.ShouldBe("the Deployment is not created yet");
    }

    private static StatefulSet Set(string name, string stack, string component, int ready) =>
        new()
        {
            Metadata = Make.Meta(
                name,
                "monitoring",
                labels: Make.Labels(("binnacle.dev/stack", stack), ("app.kubernetes.io/name", component))
            ),
            Spec = new StatefulSetSpec { Replicas = 2 },
            Status = new StatefulSetStatus
            {
                ObservedGeneration = 1,
                ReadyReplicas = ready,
                UpdatedReplicas = 2,
            },
        };
}
