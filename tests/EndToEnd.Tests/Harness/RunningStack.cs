using Binnacle.Api;

namespace EndToEnd.Tests.Harness;

/// <summary>A MonitoringStack in a namespace of its own, ready, with a receiver for what it notifies of.</summary>
internal sealed class RunningStack : IAsyncDisposable
{
    private readonly ClusterFixture _cluster;

    private RunningStack(ClusterFixture cluster, TestNamespace home, string name, string manifest, TestSite receiver)
    {
        _cluster = cluster;
        Home = home;
        Name = name;
        Manifest = manifest;
        Receiver = receiver;
        Components = new Components(cluster, home.Name, name);
    }

    /// <summary>The namespace of the stack.</summary>
    public TestNamespace Home { get; }

    /// <summary>Name of the stack.</summary>
    public string Name { get; }

    /// <summary>Its namespace and name, as statuses write it.</summary>
    public string FullName => $"{Home.Name}/{Name}";

    /// <summary>What was applied; ends inside the spec, so that fields can be added.</summary>
    public string Manifest { get; }

    /// <summary>Gets the notifications of the default channel.</summary>
    public TestSite Receiver { get; }

    /// <summary>The components themselves.</summary>
    public Components Components { get; }

    /// <summary>Makes one and waits until it is ready.</summary>
    /// <param name="cluster">Where.</param>
    /// <param name="name">Its name.</param>
    /// <param name="select">Label of the namespaces that it takes resources from; null: only its own namespace.</param>
    public static async Task<RunningStack> StartAsync(
        ClusterFixture cluster,
        string name,
        (string Name, string Value)? select
    )
    {
        var home = await TestNamespace.CreateAsync(cluster, name);
        var receiver = await TestSite.StartAsync(cluster.HostAddress, CancellationToken.None);
        var address = await home.PublishAsync("receiver", receiver);
        var (label, value) = select ?? ("kubernetes.io/metadata.name", home.Name);
        var manifest = StackManifests.Stack(name, $"{{{label}: \"{value}\"}}", address);
        var stack = new RunningStack(cluster, home, name, manifest, receiver);
        await home.ApplyAsync(manifest);
        var (_, took) = await home.TimedAsync<MonitoringStack>(name, StackManifests.IsReady);
        TestContext.Current.SendDiagnosticMessage("Stack {0} was ready after {1:0.0} s", name, took.TotalSeconds);
        return stack;
    }

    /// <summary>Waits until it is as it should be.</summary>
    public Task<MonitoringStack> ShouldAsync(Action<MonitoringStack> assert) => Home.ShouldAsync(Name, assert);

    /// <summary>Deletes the stack and waits until it is gone.</summary>
    public async Task DeleteAsync()
    {
        await Home.DeleteAsync<MonitoringStack>(Name);
        await Eventually.ShouldAsync(
            _ => Home.FindAsync<MonitoringStack>(Name),
            found => found.ShouldBeNull("the stack does not go"),
            found => $"{found?.Metadata}",
            _cluster.Patience
        );
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // While the operator still runs: what lies in other namespaces only it removes.
        await DeleteAsync();
        await Home.DisposeAsync();
        await Receiver.DisposeAsync();
    }
}
