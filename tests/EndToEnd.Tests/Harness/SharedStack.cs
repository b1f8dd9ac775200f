namespace EndToEnd.Tests.Harness;

/// <summary>Tests that add resources to one stack and leave the stack as it is.</summary>
[CollectionDefinition(Name)]
public sealed class SharedStackTests : ICollectionFixture<SharedStack>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "Shared stack";
}

/// <summary>One MonitoringStack for many tests: each has a namespace of its own, which the stack selects by label.</summary>
public sealed class SharedStack(ClusterFixture cluster) : IAsyncLifetime
{
    private const string Label = "end-to-end.binnacle.dev/stack";

    private RunningStack? _stack;

    internal RunningStack Stack => _stack!;

    /// <summary>The namespace of the stack.</summary>
    internal TestNamespace Home => Stack.Home;

    /// <summary>Gets the notifications of the default channel.</summary>
    internal TestSite Receiver => Stack.Receiver;

    /// <summary>The components of the stack.</summary>
    internal Components Components => Stack.Components;

    /// <summary>The label of the namespaces that the stack takes resources from.</summary>
    internal (string Name, string Value) Selected => (Label, cluster.Run);

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (cluster.Unavailable is null)
        {
            _stack = await RunningStack.StartAsync(cluster, "shared", Selected);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _stack?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A namespace that the stack takes resources from.</summary>
    internal Task<TestNamespace> NamespaceAsync(string name) => TestNamespace.CreateAsync(cluster, name, Selected);

    /// <summary>Has the stack take resources from a namespace from now on.</summary>
    internal Task AdoptAsync(TestNamespace home) => home.LabelAsync(Selected);
}

/// <summary>A stack for the tests of one class, which may change it.</summary>
public sealed class OwnStack(ClusterFixture cluster) : IAsyncLifetime
{
    private RunningStack? _stack;

    internal RunningStack Stack => _stack!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (cluster.Unavailable is null)
        {
            _stack = await RunningStack.StartAsync(cluster, "own", select: null);
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _stack?.DisposeAsync() ?? ValueTask.CompletedTask;
}
