using Kubernetes.Models;

namespace Binnacle.Operator.Loading;

/// <summary>Tells a component that ends itself (most likely over its configuration) from one that is just not up yet.</summary>
internal static class CrashReport
{
    /// <summary>The words of a container that ended with an error at least twice; null when none did.</summary>
    public static string? Of(IEnumerable<Pod> pods)
    {
        foreach (var pod in pods)
        {
            foreach (var container in pod.Status?.ContainerStatuses ?? [])
            {
                var ended = container.State?.Terminated ?? container.LastState?.Terminated;
                if (container.RestartCount >= 1 && ended is { ExitCode: not 0 })
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
