using System.Net;
using Chaos.Gates;
using EndToEnd.Tests.Harness;
using Kubernetes.Client;
using Kubernetes.Models;

[assembly: AssemblyFixture(typeof(ClusterFixture))]

namespace EndToEnd.Tests.Harness;

/// <summary>
/// The cluster that the suite runs on, with the kinds installed and the operator running: the one that
/// <c>BINNACLE_TEST_KUBECONFIG</c> names, else a LocalCluster with the real components. The tests do not know which.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private static readonly WriteOptions Write = new() { FieldManager = "end-to-end", Force = true };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("binnacle-e2e-");
    private TestCluster? _cluster;
    private KubernetesClient? _client;
    private ApiServerGate? _gate;
    private OperatorChild? _operator;

    /// <summary>Why there is no cluster on this machine; null when there is one.</summary>
    public string? Unavailable { get; private set; }

    /// <summary>An address of this machine that pods reach.</summary>
    public IPAddress HostAddress { get; private set; } = IPAddress.None;

    /// <summary>Marks what belongs to this run, should another one use the cluster too.</summary>
    public string Run { get; } = Guid.NewGuid().ToString("N")[..6];

    /// <summary>How long to wait for something that takes seconds.</summary>
    public TimeSpan Patience => _cluster!.Patience;

    internal string Kubeconfig => _cluster!.Kubeconfig;

    internal IKubernetesClient Client => _client!;

    internal ApiServerGate Gate => _gate!;

    internal OperatorChild Operator => _operator!;

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        (_cluster, Unavailable) = await TestCluster.StartAsync(_folder.FullName, CancellationToken.None);
        if (_cluster is null)
        {
            return;
        }

        _client = new KubernetesClient(KubernetesClientConfiguration.Load(_cluster.Kubeconfig));
        await InstallKindsAsync(CancellationToken.None);
        HostAddress = await NodeAddressAsync();
        _gate = await ApiServerGate.OpenAsync(_cluster.Kubeconfig, CancellationToken.None);
        var kubeconfig = Path.Combine(_folder.FullName, "operator.kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, _gate.Kubeconfig());
        _operator = new OperatorChild(kubeconfig);
        await _operator.StartAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_operator is not null)
        {
            await _operator.DisposeAsync();
        }

        if (_gate is not null)
        {
            await _gate.DisposeAsync();
        }

        _client?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    /// <summary>The folder of the repository.</summary>
    internal static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Operator.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("the tests do not lie in the repository");
        }

        return folder.FullName;
    }

    private async Task InstallKindsAsync(CancellationToken cancellation)
    {
        var names = new List<string>();
        foreach (var file in Directory.GetFiles(Path.Combine(Repository(), "config", "crd"), "*.yaml"))
        {
            foreach (var kind in Manifests.Parse(await File.ReadAllTextAsync(file, cancellation), file))
            {
                await Client.ApplyAsync(kind, Write, cancellation);
                names.Add(kind.Metadata.Name!);
            }
        }

        foreach (var name in names)
        {
            await Eventually.ShouldAsync(
                token => Client.GetAsync<CustomResourceDefinition>(new ObjectKey("", name), token),
                kind =>
                    kind.Status?.Conditions?.FirstOrDefault(condition => condition.Type == "Established")
                        ?.Status.ShouldBe("True"),
                kind => $"{name}: {kind.Status}",
                Patience
            );

            // An API server says Established a moment before it serves the kind.
            var plural = name.Split('.', 2)[0];
            await Eventually.ShouldAsync(
                async token =>
                {
                    using var request = new HttpRequestMessage(
                        HttpMethod.Get,
                        new Uri($"apis/binnacle.dev/v1alpha1/{plural}?limit=1", UriKind.Relative)
                    );
                    using var answer = await Client.SendAsync(request, token);
                    return answer.StatusCode;
                },
                status => status.ShouldBe(HttpStatusCode.OK, name),
                status => $"{status}",
                Patience
            );
        }
    }

    /// <summary>Pods reach their node; the tests run on it and listen there.</summary>
    private async Task<IPAddress> NodeAddressAsync()
    {
        var (nodes, _) = await Eventually.ShouldAsync(
            token => Client.ListAsync<Node>(new ListRequest(), token),
            list => list.Items.Any(IsReady).ShouldBeTrue("no node is ready"),
            list => string.Join(", ", list.Items.Select(node => $"{node.Metadata.Name} {node.Status}")),
            Patience
        );
        var addresses = nodes.Items.First(IsReady).Status?.Addresses ?? [];
        return IPAddress.Parse(addresses.First(address => address.Type == "InternalIP").Address);
    }

    private static bool IsReady(Node node) =>
        node.Status?.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
