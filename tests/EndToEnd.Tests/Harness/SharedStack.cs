using Binnacle.Api;
using Kubernetes.Models;

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

    private TestNamespace? _home;
    private TestSite? _receiver;

    /// <summary>Name of the stack.</summary>
    internal const string StackName = "main";

    /// <summary>The namespace of the stack.</summary>
    internal TestNamespace Home => _home!;

    /// <summary>Gets the notifications of the default channel.</summary>
    internal TestSite Receiver => _receiver!;

    /// <summary>The components of the stack.</summary>
    internal Components Components { get; private set; } = null!;

    private string LabelValue => cluster.Run;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        if (cluster.Unavailable is not null)
        {
            return;
        }

        _home = await TestNamespace.CreateAsync(cluster, "shared");
        _receiver = await TestSite.StartAsync(cluster.HostAddress, CancellationToken.None);
        var address = await _home.PublishAsync("receiver", _receiver);
        await _home.ApplyAsync(StackManifests.Stack(StackName, $"{{{Label}: \"{LabelValue}\"}}", address));
        await _home.ShouldAsync<MonitoringStack>(StackName, StackManifests.IsReady);
        Components = new Components(cluster, _home.Name, StackName);
    }

    /// <summary>A namespace that the stack takes resources from.</summary>
    internal Task<TestNamespace> NamespaceAsync(string name) =>
        TestNamespace.CreateAsync(cluster, name, (Label, LabelValue));

    /// <summary>Has the stack take resources from a namespace from now on.</summary>
    internal Task AdoptAsync(TestNamespace home) => home.LabelAsync((Label, LabelValue));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_home is not null)
        {
            // While the operator still runs: what lies in other namespaces only it removes.
            await _home.DeleteAsync<MonitoringStack>(StackName);
            await Eventually.ShouldAsync(
                _ => _home.FindAsync<MonitoringStack>(StackName),
                found => found.ShouldBeNull("the stack does not go"),
                found => $"{found?.Metadata}",
                cluster.Patience
            );
            await _home.DisposeAsync();
        }

        if (_receiver is not null)
        {
            await _receiver.DisposeAsync();
        }
    }
}
