using System.Diagnostics;

namespace EndToEnd.Tests.Harness;

/// <summary>Waits for what other processes bring about: looks again and again, and says what it saw last.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns the first value that the assertion accepts, and how long that took.</summary>
    /// <param name="read">Reads the state; a failed HTTP request counts as a state that is not right yet.</param>
    /// <param name="assert">Throws while the state is not right.</param>
    /// <param name="describe">The state for people, for the message of a failure.</param>
    /// <param name="within">The deadline.</param>
    /// <exception cref="ShouldAssertException">The deadline passed; the message has the last state.</exception>
    public static async Task<(T Value, TimeSpan Took)> ShouldAsync<T>(
        Func<CancellationToken, Task<T>> read,
        Action<T> assert,
        Func<T, string> describe,
        TimeSpan within
    )
    {
        var cancellation = TestContext.Current.CancellationToken;
        var watch = Stopwatch.StartNew();
        while (true)
        {
            Exception problem;
            var last = "nothing could be read";
            try
            {
                var value = await read(cancellation);
                last = describe(value);
                assert(value);
                return (value, watch.Elapsed);
            }
            catch (Exception e)
                when (e is ShouldAssertException or HttpRequestException or Kubernetes.Client.KubernetesApiException
                    || (e is TaskCanceledException && !cancellation.IsCancellationRequested)
                )
            {
                problem = e;
            }

            if (watch.Elapsed > within)
            {
                throw new ShouldAssertException(
                    $"after {watch.Elapsed.TotalSeconds:0.0} s still:\n{problem.Message}\nLast state:\n{last}",
                    problem
                );
            }

            await Task.Delay(Pause, cancellation);
        }
    }
}
