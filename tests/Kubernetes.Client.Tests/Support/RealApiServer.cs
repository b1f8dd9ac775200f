using Kubernetes.Models;

namespace Kubernetes.Client.Tests.Support;

/// <summary>
/// The API server that <c>BINNACLE_TEST_KUBECONFIG</c> names. Everything is made in a namespace of the test's own, and
/// removed.
/// </summary>
public abstract class RealApiServer : IAsyncLifetime
{
    private const string Variable = "BINNACLE_TEST_KUBECONFIG";

    private readonly CancellationTokenSource deadline = new(TimeSpan.FromMinutes(2));

    protected static string? Kubeconfig { get; } = Environment.GetEnvironmentVariable(Variable);

    /// <summary>The test's namespace.</summary>
    protected string Ns { get; } = $"client-test-{Guid.NewGuid():N}"[..24];

    protected KubernetesClient Client { get; private set; } = null!;

    protected CancellationToken Token => deadline.Token;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(
            string.IsNullOrEmpty(Kubeconfig),
            $"{Variable} names no kubeconfig of a cluster to test against"
        );
        Client = new KubernetesClient(KubernetesClientConfiguration.Load(Kubeconfig));
        await Client.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = Ns } }, new WriteOptions(), Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (Client is not null)
        {
            await Client.DeleteAsync<Namespace>(new ObjectKey("", Ns), new DeleteRequest(), CancellationToken.None);
            Client.Dispose();
        }
        deadline.Dispose();
        GC.SuppressFinalize(this);
    }

    protected ConfigMap Settings(string value) =>
        new()
        {
            Metadata = new ObjectMeta { Name = "settings", Namespace = Ns },
            Data = new Dictionary<string, string> { ["key"] = value },
        };
}
