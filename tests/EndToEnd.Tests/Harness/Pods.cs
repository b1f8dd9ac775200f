using Kubernetes.Models;

namespace EndToEnd.Tests.Harness;

/// <summary>What tests ask of pods.</summary>
internal static class Pods
{
    /// <summary>Restarts of all containers.</summary>
    public static int Restarts(this Pod pod) => pod.Status?.ContainerStatuses?.Sum(status => status.RestartCount) ?? 0;

    /// <summary>The pod is ready.</summary>
    public static void ShouldBeReady(this Pod pod) =>
        pod
            .Status?.Conditions.ShouldNotBeNull()
            .ShouldContain(condition => condition.Type == "Ready" && condition.Status == "True");
}
