namespace EndToEnd.Tests.Harness;

/// <summary>What all tests here share: they are skipped where there is no cluster, and a failure brings the operator's log.</summary>
public abstract class EndToEndTest(ClusterFixture cluster) : IAsyncLifetime
{
    private const int LogLines = 60;
    private int _logged;

    /// <summary>The cluster.</summary>
    protected ClusterFixture Cluster => cluster;

    /// <summary>Ends with the test.</summary>
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc />
    public virtual ValueTask InitializeAsync()
    {
        Assert.SkipWhen(cluster.Unavailable is not null, cluster.Unavailable ?? "");
        _logged = cluster.Operator.Log.Count;
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public virtual ValueTask DisposeAsync()
    {
        if (cluster.Unavailable is null && TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            Print("The operator said meanwhile:");
            foreach (var line in cluster.Operator.Log.Skip(_logged).TakeLast(LogLines))
            {
                Print(line);
            }
        }

        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A line of the test's output.</summary>
    protected static void Print(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
