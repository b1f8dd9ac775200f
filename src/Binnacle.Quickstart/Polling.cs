namespace Binnacle.Quickstart;

/// <summary>Asks again and again until there is an answer.</summary>
internal static class Polling
{
    /// <summary>Returns the first result of <paramref name="ask"/> that is not null.</summary>
    /// <param name="ask">Asks once.</param>
    /// <param name="deadline">How long to go on.</param>
    /// <param name="period">The wait between two questions.</param>
    /// <param name="missing">What to say when there was no answer in time.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="QuickstartException">The deadline passed.</exception>
    public static async Task<T> UntilAsync<T>(
        Func<CancellationToken, Task<T?>> ask,
        TimeSpan deadline,
        TimeSpan period,
        Func<string> missing,
        TimeProvider time,
        CancellationToken cancellation
    )
        where T : class
    {
        using var late = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            while (true)
            {
                if (await ask(either.Token) is { } answer)
                {
                    return answer;
                }

                await Task.Delay(period, time, either.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new QuickstartException($"{missing()} (waited {deadline.TotalSeconds:0} s)");
        }
    }
}
