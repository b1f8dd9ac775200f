namespace Binnacle.Quickstart.Views;

/// <summary>Without a terminal: prints what changed, until cancellation.</summary>
internal sealed class LogLoop(IView view, LiveSource source, TimeProvider time)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly TableChanges changes = new();
    private IReadOnlyList<string> addresses = [];
    private string? problem;

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                Print(await source.ReadAsync(cancellation));
                await Task.Delay(Period, time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested) { }
    }

    private void Print(LiveState state)
    {
        var now = time.GetLocalNow().ToString("HH:mm:ss");
        foreach (var line in changes.Update(state.Tables))
        {
            view.Line($"{now} {line}");
        }

        foreach (var line in state.Addresses.Except(addresses))
        {
            view.Line($"{now} {line}");
        }

        addresses = state.Addresses;
        if (state.Problem != problem)
        {
            problem = state.Problem;
            view.Line($"{now} {problem ?? "all is well again"}");
        }
    }
}
