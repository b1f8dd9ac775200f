using System.Diagnostics;

namespace LocalCluster.Tests.Node;

/// <summary>Waits for what real processes do, with an end.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<T> GetAsync<T>(Func<Task<T?>> find, string what)
        where T : class
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            if (await find() is { } found)
            {
                return found;
            }

            clock.Elapsed.ShouldBeLessThan(Limit, $"still waiting for {what}");
            await Task.Delay(25, TestContext.Current.CancellationToken);
        }
    }

    public static Task BecomesTrueAsync(Func<bool> holds, string what) =>
        GetAsync(() => Task.FromResult(holds() ? "" : null), what);
}
