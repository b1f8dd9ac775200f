namespace Kubernetes.Client.Tests.Support;

/// <summary>Waits for what another process, thread or socket does.</summary>
internal static class Polling
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<bool> condition, string? what = null)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Limit, what);
            await Task.Delay(5);
        }
    }
}
