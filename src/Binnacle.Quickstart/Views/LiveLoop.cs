using Binnacle.Quickstart.Running;
using Spectre.Console;

namespace Binnacle.Quickstart.Views;

/// <summary>Keeps the live screen true and obeys the keys, until <c>q</c> or cancellation.</summary>
internal sealed class LiveLoop(IAnsiConsole console, LiveSource source, SampleServices services, TimeProvider time)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeyPeriod = TimeSpan.FromMilliseconds(50);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var quit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            await console
                .Live(Text.Empty)
                .AutoClear(true)
                .StartAsync(live => Task.WhenAll(ShowAsync(live, quit.Token), ObeyAsync(quit)));
        }
        catch (OperationCanceledException) when (quit.IsCancellationRequested) { }
    }

    private async Task ShowAsync(LiveDisplayContext live, CancellationToken cancellation)
    {
        while (true)
        {
            live.UpdateTarget(LiveScreen.Render(await source.ReadAsync(cancellation), console.Profile.Width));
            await Task.Delay(Refresh, time, cancellation);
        }
    }

    private async Task ObeyAsync(CancellationTokenSource quit)
    {
        while (true)
        {
            while (Console.KeyAvailable)
            {
                switch (Console.ReadKey(intercept: true).KeyChar)
                {
                    case 'f' or 'F':
                        services.SetFault(!services.HasFault);
                        break;
                    case 's' or 'S':
                        await services.ToggleAsync(quit.Token);
                        break;
                    case 'q' or 'Q':
                        await quit.CancelAsync();
                        break;
                }
            }

            await Task.Delay(KeyPeriod, time, quit.Token);
        }
    }
}
