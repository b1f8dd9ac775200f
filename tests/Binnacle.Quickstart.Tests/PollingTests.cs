namespace Binnacle.Quickstart.Tests;

public sealed class PollingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);

    [Fact]
    public async Task Returns_the_first_answer()
    {
        var asked = 0;

        var answer = await Polling.UntilAsync(
            _ => Task.FromResult(++asked == 3 ? "here" : null),
            TimeSpan.FromSeconds(30),
            Soon,
            () => "never",
            TimeProvider.System,
            TestContext.Current.CancellationToken
        );

        (answer, asked).ShouldBe(("here", 3));
    }

    [Fact]
    public async Task Says_what_is_missing_after_the_deadline()
    {
        var failure = await Should.ThrowAsync<QuickstartException>(() =>
            Polling.UntilAsync(
                _ => Task.FromResult<string?>(null),
                TimeSpan.FromMilliseconds(20),
                Soon,
                () => "The stack is not Ready",
                TimeProvider.System,
                TestContext.Current.CancellationToken
            )
        );

        failure.Message.ShouldStartWith("The stack is not Ready");
    }

    [Fact]
    public async Task Cancellation_is_no_missed_deadline()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() =>
            Polling.UntilAsync(
                _ => Task.FromResult<string?>(null),
                TimeSpan.FromSeconds(30),
                Soon,
                () => "never",
                TimeProvider.System,
                cancelled.Token
            )
        );
    }
}
