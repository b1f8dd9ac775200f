using Kubernetes.Models;

namespace Binnacle.Operator.Loading;

/// <summary>Tells a component that ends itself (most likely over its configuration) from one that is just not up yet.</summary>
internal static class CrashReport
{
    /// <summary>Above this the number of the signal follows: killed, not ended by itself.</summary>
    private const int Signalled = 128;

    /// <summary>The words of a container that ended with an error at least twice; null when none did.</summary>
    /// <param name="pods">The pods of a component.</param>
    /// <param name="applied">When its configuration was applied: what started before has not read it.</param>
    public static string? Of(IEnumerable<Pod> pods, DateTimeOffset applied)
    {
        // Pods tell whole seconds.
        var since = DateTimeOffset.FromUnixTimeSeconds(applied.ToUnixTimeSeconds());
        foreach (var pod in pods)
        {
            foreach (var container in pod.Status?.ContainerStatuses ?? [])
            {
                var ended = container.State?.Terminated ?? container.LastState?.Terminated;
                if (
                    container.RestartCount >= 1
                    && ended is { ExitCode: > 0 and < Signalled }
                    && ended.StartedAt >= since
                )
                {
                    var words = ended.Message?.Trim() is { Length: > 0 } message ? LastLine(message) : ended.Reason;
                    return $"{pod.Metadata.Name} ended with exit code {ended.ExitCode}: {words}";
                }
            }
        }

        return null;
    }

    private static string LastLine(string text) => text[(text.LastIndexOf('\n') + 1)..];
}
